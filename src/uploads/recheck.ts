import type { Actor } from '../access/actor.ts'
import type { ChangeSet } from '../changes/change-set.ts'
import { holdChangeSet } from '../changes/hold-change-set.ts'
import { move } from '../changes/move.ts'
import { deletePlan } from '../changes/plan/store-replan.ts'
import type { Transaction } from '../database/open.ts'
import { Conflict, NotFound } from '../errors.ts'
import type { Portal } from '../portal.ts'
import { headingSamples } from './heading-samples.ts'
import { headingsKey, type Mapping, readMapping } from './mapping.ts'
import { forgetReading, selectFileToCheck } from './store.ts'
import { noteMapping, rememberMapping } from './store-mapping.ts'
import { takeRoom } from './waiting.ts'

/** What is said of the file's headings, and whether the organisation's next files with them are read so too. */
export type Recheck = { mapping?: Mapping; remember?: boolean }

/**
 * Checks an upload's file again, as accounts are now and as its headings are explained: the plan so far goes, with what
 * was decided about it. Asked for while it is checked, it changes nothing.
 * @throws NotFound, Forbidden; Conflict once the plan is confirmed, or where the file isn't kept any more; InvalidInput
 *   for a mapping that can't be
 */
export async function recheckUpload(
  portal: Portal,
  actor: Actor,
  id: number,
  { mapping, remember = false }: Recheck = {},
): Promise<void> {
  const kept = mapping && readMapping(mapping)
  await holdChangeSet(portal, actor, id, async (tx, set) => {
    const file = await selectFileToCheck(tx, id)
    if (!file) throw new NotFound('There is no such upload.')
    if (set.status === 'checking' && kept === undefined) return
    refuseUnlessResting(set, file.isKept)
    if (kept) {
      await noteMapping(tx, id, kept)
      if (remember) {
        const { words } = await headingSamples(tx, { id, ...file }, portal.config.uploadMaxColumns)
        const headings = headingsKey(words)
        const noted = { by: actor.administratorId, at: portal.clock.now() }
        await rememberMapping(tx, { organisationId: set.organisationId, headings, mapping: kept, ...noted })
      }
    }
    await startAnew(portal, tx, actor, set, file.lines)
  })
}

function refuseUnlessResting({ status }: ChangeSet, isKept: boolean): void {
  if (status === 'checking')
    throw new Conflict('This upload is still being checked. Wait for that, then try again.')
  if (status !== 'checked' && status !== 'rejected')
    throw new Conflict(
      'This upload has been confirmed or has ended, so it isn’t checked again. Send the file again.',
    )
  if (!isKept) throw new Conflict('The file of this upload isn’t kept any more. Send it again.')
}

async function startAnew(
  portal: Portal,
  tx: Transaction,
  actor: Actor,
  set: ChangeSet,
  lines: number,
): Promise<void> {
  const { id, organisationId } = set
  await move(portal, tx, set, 'checking')
  await deletePlan(tx, id)
  await forgetReading(tx, id)
  await takeRoom(tx, portal.config, { id, organisationId })
  await portal.queue.send(tx, 'check-upload', {
    uploadId: id,
    organisationId,
    by: actor.administratorId,
    rows: lines,
  })
}
