import type { Transaction } from '../../database/open.ts'
import { deleteMailTo } from '../../mail/store.ts'
import type { Portal } from '../../portal.ts'
import { type ChangeSet, nextRowOf } from '../change-set.ts'
import { KINDS } from '../kinds.ts'
import { added, lockChangeSet, noteResults } from '../store.ts'
import { allotAddresses } from './allot-addresses.ts'
import { followLeavers } from './leavers.ts'
import { settleConflicts } from './settle-conflicts.ts'
import { settleTakenLocalIds } from './settle-taken-local-ids.ts'
import { countOutcomes, failRow, noteChunk } from './store-outcomes.ts'
import { emptyHistory, lockRemovals } from './store-removals.ts'
import { type Chunk, createAccounts, selectUnnamedFields, updateAccounts } from './write-accounts.ts'
import { followAccounts } from './write-addresses.ts'

/**
 * Writes some rows of a change set: the accounts, the outcomes of the rows, the mark, in the caller's transaction.
 * @throws Error for a change that names a field which its set doesn't: nothing of it would be written
 */
export async function applyChunk(
  portal: Portal,
  tx: Transaction,
  given: Chunk,
  set: Pick<ChangeSet, 'kind' | 'fields' | 'organisationId'>,
): Promise<void> {
  const { kind, fields } = set
  let chunk = given
  const unnamed = await selectUnnamedFields(tx, chunk, fields)
  if (unnamed.length > 0) throw new Error(`changes name what their set doesn't: ${unnamed.join(', ')}`)
  if (kind === 'lifecycle') await emptyBefore(tx, chunk)
  const unsettled = await updateAccounts(tx, chunk, fields)
  await followAccounts(tx, chunk, fields, unsettled)
  if (unsettled.length > 0) {
    chunk = { ...chunk, at: portal.clock.now() } // somebody may have written to them while this waited: it is later than that
    const { reachesGone, keepsConflicts } = KINDS[kind]
    const reaches = reachesGone === 'status' ? fields.includes('status') : reachesGone
    await settleConflicts(tx, chunk, unsettled, { fields, reachesGone: reaches, keepsConflicts })
  }
  const { made, taken } = await createAccounts(tx, chunk)
  if (made.length > 0) await allotAddresses(tx, chunk, made)
  if (taken.length > 0) await settleTakenLocalIds(tx, chunk, taken)
  await closeChunk(tx, chunk)
  await followLeavers(portal, tx, chunk, set)
}

/** What else is kept of people whose accounts the chunk is about to empty. */
async function emptyBefore(tx: Transaction, chunk: Chunk): Promise<void> {
  const removed = await lockRemovals(tx, chunk)
  if (removed.length === 0) return
  const addresses = removed.flatMap(({ secondaryEmail }) => secondaryEmail ?? [])
  await deleteMailTo(tx, addresses)
  await emptyHistory(
    tx,
    chunk.organisationIds,
    removed.map(({ id }) => id),
  )
}

/** Notes a row, alone in its chunk, that PostgreSQL refused. */
export async function failChunk(
  tx: Transaction,
  chunk: Chunk,
  { kind }: Pick<ChangeSet, 'kind'>,
): Promise<void> {
  const why = 'This row could not be written: something it needs was taken or removed since it was planned.'
  await failRow(tx, chunk, `${why} ${KINDS[kind].again}.`)
  await closeChunk(tx, chunk)
}

async function closeChunk(tx: Transaction, chunk: Chunk): Promise<void> {
  await noteChunk(tx, chunk)
  const outcomes = await countOutcomes(tx, chunk)
  const set = (await lockChangeSet(tx, chunk.organisationIds, chunk.changeSetId)) as ChangeSet
  // Rows below the mark count as applied, so the mark must not pass a row that wasn't.
  if (nextRowOf(set) !== chunk.fromRow)
    throw new Error(`the mark is ${set.mark}, before row ${chunk.fromRow}`)
  await noteResults(tx, chunk.changeSetId, chunk.toRow, added(set.results, outcomes))
}
