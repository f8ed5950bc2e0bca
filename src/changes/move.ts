import type { Transaction } from '../database/open.ts'
import type { Portal } from '../portal.ts'
import type { Reason } from '../queue/given-up.ts'
import type { ChangeSet } from './change-set.ts'
import { KINDS } from './kinds.ts'
import { isEnded, type Status } from './status.ts'
import { noteMove, noteReason, settleUnreached } from './store.ts'
import { addToTotals, takeFromTotals } from './store-totals.ts'

/**
 * Moves a change set, locked by the caller, to another status, with all that follows from it, in the caller's
 * transaction: what follows happens exactly if the move does.
 * @throws Conflict when the table of moves doesn't allow it
 */
export async function move(
  portal: Portal,
  tx: Transaction,
  set: ChangeSet,
  to: Status,
  reason?: Reason,
): Promise<void> {
  if (reason) await noteReason(tx, set.id, reason)
  if (isEnded(set.status)) await takeFromTotals(tx, set.id)
  await noteMove(tx, set.id, to, portal.clock.now())
  await FOLLOWS[to]?.(portal, tx, set)
  if (!isEnded(to)) return
  await settleUnreached(tx, set)
  await addToTotals(tx, set.id)
}

type Follows = (portal: Portal, tx: Transaction, set: ChangeSet) => Promise<void>

/** What a move to each status causes. */
const FOLLOWS: Partial<Record<Status, Follows>> = {
  queued: (portal, tx, { id, organisationId, confirmedBy, firstRow, lastRow }) =>
    portal.queue.send(tx, 'apply-change-set', {
      changeSetId: id,
      organisationId,
      by: confirmedBy,
      rows: lastRow - firstRow + 1,
    }),
  completed: tellHowItEnded,
  cancelled: tellHowItEnded,
  failed: tellHowItEnded,
}

/**
 * Whoever asked for a set, and confirmed it, hears of its end; of one that nobody confirmed, or agreed to, there is
 * nothing to tell.
 */
async function tellHowItEnded(
  portal: Portal,
  tx: Transaction,
  { id, kind, status, organisationId, confirmedBy }: ChangeSet,
): Promise<void> {
  const { afterEnd } = KINDS[kind]
  if (afterEnd === null || confirmedBy === null || status === 'awaiting-agreement') return
  const about = { organisationId, by: confirmedBy }
  if (afterEnd === 'take-steps') await portal.queue.send(tx, afterEnd, {})
  else if (afterEnd === 'send-results') await portal.queue.send(tx, afterEnd, { uploadId: id, ...about })
  else await portal.queue.send(tx, afterEnd, { changeSetId: id, ...about })
}
