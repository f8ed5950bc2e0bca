import { findChangeSet } from '../changes/find-change-sets.ts'
import type { Portal } from '../portal.ts'
import { changeResultsFile } from './change-results-file.ts'
import { mailResults } from './mail-results.ts'
import { undoMail } from './undo-mail.ts'

/** Mails how an undo ended, with what became of each field. */
export async function sendUndoResults(
  portal: Portal,
  { changeSetId, organisationId }: { changeSetId: number; organisationId: number },
): Promise<void> {
  await mailResults(portal, { id: changeSetId, organisationId }, async (actor) => {
    const undo = await findChangeSet(portal, actor, changeSetId)
    return {
      file: () => changeResultsFile(portal, actor, changeSetId),
      page: `/changes/${changeSetId}`,
      message: (delivery) => undoMail(undo, delivery),
    }
  })
}
