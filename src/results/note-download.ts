import type { Actor } from '../access/actor.ts'
import { noteAlone } from '../access/audit.ts'
import type { Portal } from '../portal.ts'

/** Notes in the audit log that somebody took a file of what became of a change set. */
export function noteDownload(
  portal: Portal,
  actor: Actor,
  set: { id: number; organisationId: number },
  file: 'results' | 'failed rows' | 'rows with errors',
): Promise<void> {
  return noteAlone(portal, {
    act: 'results-downloaded',
    by: actor,
    organisationId: set.organisationId,
    about: { kind: 'change-set', id: set.id },
    details: { file },
  })
}
