import { may } from '../access/actor.ts'
import { actorFor } from '../access/administrators.ts'
import type { Scope, Session, Transaction } from '../database/open.ts'
import { isOutage, isPassing, isRefusal, sqlState } from '../database/sql-state.ts'
import type { FieldName } from '../directory/fields.ts'
import type { Portal } from '../portal.ts'
import { allotAddresses } from './allot-addresses.ts'
import { recordTakenLocalIds, settleChangedAccounts } from './settle-exceptions.ts'
import {
  added,
  type ChangeSet,
  findByIndexOnly,
  lockChangeSet,
  lockOrganisation,
  moveChangeSet,
  noteReason,
  noteResults,
  settleUnreached,
} from './store.ts'
import { countOutcomes, failRow, noteChunk } from './store-outcomes.ts'
import { type Chunk, createAccounts, updateAccounts } from './write-accounts.ts'

/** Rows to a transaction: enough to be fast, few enough that a cancel is soon and an error costs little. */
const CHUNK_ROWS = 5_000

/**
 * How long a process may be silent before PostgreSQL takes its session, and with it the organisation's lock, away.
 * A worker that was paused longer can't write: its connection is gone.
 */
const LEASE_SECONDS = 10

/** How often an apply is taken up again, after kills too, before an error of ours ends it. */
const ATTEMPTS = 5

const BROKEN = {
  code: 'apply-failed',
  message:
    'Something went wrong on our side while the rows were applied. What was applied stands, and the results say which rows. Send the file again: nothing is changed twice.',
}

const NO_RIGHTS = {
  code: 'rights-withdrawn',
  message:
    'The person who confirmed this upload may no longer change this organisation’s accounts, so nothing was changed.',
}

/**
 * Step 4: applies a confirmed change set, chunk by chunk. A chunk's accounts, its rows' outcomes and the mark of how
 * far the set has come commit in one transaction, so an apply that was killed goes on from the mark. Chunks run only
 * on the session that holds the organisation's lock.
 */
export async function applyChangeSet(
  portal: Portal,
  job: { data: { changeSetId: number; organisationId: number }; attempt: number; signal?: AbortSignal },
): Promise<void> {
  try {
    await portal.database.onSession({ leaseSeconds: LEASE_SECONDS }, (session) =>
      applyAll(portal, session, job.data, job.signal),
    )
  } catch (error) {
    if (job.signal?.aborted || isOutage(error) || job.attempt < ATTEMPTS) throw error
    // A job that ends as failed would hold up its organisation's queue: the failure is the change set's.
    portal.log.error({ changeSet: job.data.changeSetId, err: error }, 'a change set could not be applied')
    const scope = [job.data.organisationId]
    await portal.database.transaction(scope, async (tx) => {
      const set = await lockChangeSet(tx, scope, job.data.changeSetId)
      if (set?.status === 'applying' || set?.status === 'queued') await end(portal, tx, set, 'failed', BROKEN)
    })
  }
}

async function applyAll(
  portal: Portal,
  session: Session,
  { changeSetId, organisationId }: { changeSetId: number; organisationId: number },
  signal?: AbortSignal,
): Promise<void> {
  const scope = [organisationId]
  const inScope = <T>(work: (tx: Transaction) => Promise<T>) => session.transaction(scope, work)
  await inScope((tx) => lockOrganisation(tx, organisationId))
  await inScope(findByIndexOnly)
  if (!(await inScope((tx) => begin(portal, tx, scope, changeSetId)))) return
  for (let most = CHUNK_ROWS; ; ) {
    signal?.throwIfAborted() // what is applied stands; whoever is handed the rest goes on from the mark
    const next = await inScope((tx) => nextRows(portal, tx, scope, changeSetId, most))
    if (next === null) return
    most = await applyRows(portal, session, next, most)
  }
}

/** @returns whether there is something to apply */
async function begin(portal: Portal, tx: Transaction, scope: Scope, id: number): Promise<boolean> {
  const set = await lockChangeSet(tx, scope, id)
  if (set?.status === 'applying') return true // taken up again
  if (set?.status !== 'queued') return false // cancelled meanwhile, or ended
  const now = portal.clock.now()
  const actor = set.confirmedBy === null ? null : await actorFor(portal, set.confirmedBy)
  if (!actor || !may(actor, 'upload', set.organisationId)) {
    await end(portal, tx, set, 'failed', NO_RIGHTS)
    return false
  }
  await moveChangeSet(tx, id, 'applying', now)
  return true
}

type Rows = { set: ChangeSet; fromRow: number; toRow: number }

/** The next chunk's rows, from the mark; null when the set has ended, now or before. */
async function nextRows(
  portal: Portal,
  tx: Transaction,
  scope: Scope,
  id: number,
  most: number,
): Promise<Rows | null> {
  const set = await lockChangeSet(tx, scope, id)
  if (set?.status !== 'applying') return null
  if (set.mark >= set.lastRow || set.cancelledBy !== null) {
    await end(portal, tx, set, set.mark >= set.lastRow ? 'completed' : 'cancelled')
    return null
  }
  return { set, fromRow: set.mark + 1, toRow: Math.min(set.mark + most, set.lastRow) }
}

async function end(
  portal: Portal,
  tx: Transaction,
  set: ChangeSet,
  status: 'completed' | 'cancelled' | 'failed',
  reason?: { code: string; message: string },
): Promise<void> {
  if (reason) await noteReason(tx, set.id, reason)
  await moveChangeSet(tx, set.id, status, portal.clock.now())
  await settleUnreached(tx, set)
  if (set.kind === 'upload') {
    await portal.queue.send(tx, 'send-results', { uploadId: set.id, organisationId: set.organisationId })
  }
}

/**
 * Applies rows as one chunk. Where PostgreSQL refuses it, nothing is written, and fewer come next, until the row that is
 * at fault stands alone; then more again.
 * @param most the limit that these rows were taken with
 * @returns how many may come next
 */
async function applyRows(
  portal: Portal,
  session: Session,
  { set, fromRow, toRow }: Rows,
  most: number,
): Promise<number> {
  const chunk: Chunk = {
    changeSetId: set.id,
    organisationId: set.organisationId,
    fromRow,
    toRow,
    by: set.confirmedBy as number,
    at: portal.clock.now(),
  }
  try {
    await session.transaction([set.organisationId], (tx) => applyChunk(tx, chunk, set.fields))
  } catch (error) {
    if (isPassing(error)) return most
    if (!isRefusal(error)) throw error
    if (fromRow < toRow) return Math.ceil((toRow - fromRow) / 2)
    await session.transaction([set.organisationId], (tx) => failChunk(tx, chunk))
    portal.log.error(
      { changeSet: set.id, row: fromRow, sqlState: sqlState(error) },
      'a row could not be written',
    )
  }
  return Math.min(2 * most, CHUNK_ROWS)
}

async function applyChunk(tx: Transaction, chunk: Chunk, fields: readonly FieldName[]): Promise<void> {
  const changedSince = await updateAccounts(tx, chunk, fields)
  if (changedSince.length > 0) await settleChangedAccounts(tx, chunk, changedSince)
  const { made, taken } = await createAccounts(tx, chunk)
  if (made.length > 0) await allotAddresses(tx, chunk.organisationId, made)
  if (taken.length > 0) await recordTakenLocalIds(tx, chunk, taken)
  await closeChunk(tx, chunk)
}

async function failChunk(tx: Transaction, chunk: Chunk): Promise<void> {
  await failRow(
    tx,
    chunk,
    'This row could not be written: something it needs was taken or removed since the check. Send the row again.',
  )
  await closeChunk(tx, chunk)
}

async function closeChunk(tx: Transaction, chunk: Chunk): Promise<void> {
  await noteChunk(tx, chunk)
  const outcomes = await countOutcomes(tx, chunk)
  const set = (await lockChangeSet(tx, [chunk.organisationId], chunk.changeSetId)) as ChangeSet
  // Rows below the mark count as applied: none may come there that weren't.
  if (set.mark !== chunk.fromRow - 1) throw new Error(`the mark is ${set.mark}, before row ${chunk.fromRow}`)
  await noteResults(tx, chunk.changeSetId, chunk.toRow, added(set.results, outcomes))
}
