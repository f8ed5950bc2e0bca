import { may } from '../../access/actor.ts'
import { actorFor } from '../../access/administrators.ts'
import type { Connection, Scope, Transaction } from '../../database/open.ts'
import { isPassing, isRefusal, sqlState } from '../../database/sql-state.ts'
import type { Portal } from '../../portal.ts'
import { type GivenUp, portalStopped, type Reason } from '../../queue/given-up.ts'
import { type ChangeSet, nextRowOf, organisationsOf } from '../change-set.ts'
import { KINDS } from '../kinds.ts'
import { move } from '../move.ts'
import { lockChangeSet, lockOrganisation, useIndexesOnly } from '../store.ts'
import { applyChunk, failChunk } from './apply-chunk.ts'
import type { Chunk } from './write-accounts.ts'

/** Rows to a transaction: enough to be fast, few enough that a cancel is soon and an error costs little. */
const CHUNK_ROWS = 5_000

/**
 * How long a process may be silent before PostgreSQL takes its connection, and with it the organisation's lock, away.
 * A worker that was paused longer can't write: its connection is gone.
 */
const LEASE_SECONDS = 10

const REASONS: Record<GivenUp, (set: ChangeSet) => Reason> = {
  failed: (set) => ({
    code: 'apply-failed',
    message: `Something went wrong on our side while the rows were applied. ${whatStands(set)}`,
  }),
  died: (set) =>
    portalStopped(
      'these rows were applied',
      `${whatStands(set)} If it stops again, tell whoever runs this portal the number of this ${KINDS[set.kind].noun}: they can see why.`,
    ),
}

function whatStands({ kind }: ChangeSet): string {
  return `What was applied stands, and the results say which rows. ${KINDS[kind].again}: nothing is changed twice.`
}

function noRights({ kind }: ChangeSet): Reason {
  return {
    code: 'rights-withdrawn',
    message: `The person who confirmed this ${KINDS[kind].noun} may no longer change this organisation’s accounts, so nothing was changed.`,
  }
}

/**
 * Applies a confirmed change set, chunk by chunk. A chunk's accounts, its rows' outcomes and the mark of how
 * far the set has come commit in one transaction, so an apply that was killed goes on from the mark. Chunks run only
 * on the connection that holds the organisation's lock.
 */
export async function applyChangeSet(
  portal: Portal,
  job: { data: ApplyJob; signal?: AbortSignal },
): Promise<void> {
  await portal.database.onConnection({ leaseSeconds: LEASE_SECONDS }, (connection) =>
    applyAll(portal, connection, job.data, job.signal),
  )
}

type ApplyJob = { changeSetId: number; organisationId: number }

/** Ends a change set whose apply was given up. */
export async function failApply(
  portal: Portal,
  { changeSetId, organisationId }: ApplyJob,
  why: GivenUp,
): Promise<void> {
  const scope = [organisationId]
  await portal.database.transaction(scope, async (tx) => {
    const set = await lockChangeSet(tx, scope, changeSetId)
    if (set?.status === 'applying' || set?.status === 'queued')
      await move(portal, tx, set, 'failed', REASONS[why](set))
  })
}

async function applyAll(
  portal: Portal,
  connection: Connection,
  { changeSetId, organisationId }: ApplyJob,
  signal?: AbortSignal,
): Promise<void> {
  const found = await connection.transaction([organisationId], (tx) =>
    lockChangeSet(tx, [organisationId], changeSetId),
  )
  if (!found) return
  const scope = organisationsOf(found)
  const inScope = <T>(work: (tx: Transaction) => Promise<T>) => connection.transaction(scope, work)
  for (const id of scope) await inScope((tx) => lockOrganisation(tx, id))
  await inScope(useIndexesOnly)
  if (!(await inScope((tx) => begin(portal, tx, scope, changeSetId)))) return
  for (let most = CHUNK_ROWS; ; ) {
    signal?.throwIfAborted() // what is applied stands; whoever is handed the rest goes on from the mark
    const next = await inScope((tx) => nextRows(portal, tx, scope, changeSetId, most))
    if (next === null) return
    most = await applyRows(portal, connection, next, most)
  }
}

/** @returns whether there is something to apply */
async function begin(portal: Portal, tx: Transaction, scope: Scope, id: number): Promise<boolean> {
  const set = await lockChangeSet(tx, scope, id)
  if (set?.status === 'applying') return true // taken up again
  if (set?.status !== 'queued') return false // cancelled meanwhile, or ended
  const actor = set.confirmedBy === null ? null : await actorFor(portal, set.confirmedBy)
  const mayStill = (id: number) => actor !== null && may(actor, KINDS[set.kind].make, id)
  if (!organisationsOf(set).every(mayStill)) {
    await move(portal, tx, set, 'failed', noRights(set))
    return false
  }
  await move(portal, tx, set, 'applying')
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
  const fromRow = nextRowOf(set)
  if (fromRow > set.lastRow || set.cancelledBy !== null) {
    await move(portal, tx, set, fromRow > set.lastRow ? 'completed' : 'cancelled')
    return null
  }
  return { set, fromRow, toRow: Math.min(fromRow + most - 1, set.lastRow) }
}

/**
 * Applies rows as one chunk. Where PostgreSQL refuses it, nothing is written, and fewer come next, until the row that is
 * at fault stands alone; then more again.
 * @param most the limit that these rows were taken with
 * @returns how many may come next
 */
async function applyRows(
  portal: Portal,
  connection: Connection,
  { set, fromRow, toRow }: Rows,
  most: number,
): Promise<number> {
  const chunk: Chunk = {
    changeSetId: set.id,
    organisationIds: organisationsOf(set),
    fromRow,
    toRow,
    by: set.confirmedBy as number,
    at: portal.clock.now(),
  }
  try {
    await connection.transaction(chunk.organisationIds, (tx) => applyChunk(tx, chunk, set))
  } catch (error) {
    if (isPassing(error)) return most
    if (!isRefusal(error)) throw error
    if (fromRow < toRow) return Math.ceil((toRow - fromRow) / 2)
    await connection.transaction(chunk.organisationIds, (tx) => failChunk(tx, chunk, set))
    portal.log.error(
      { changeSet: set.id, row: fromRow, sqlState: sqlState(error) },
      'a row could not be written',
    )
  }
  return Math.min(2 * most, CHUNK_ROWS)
}
