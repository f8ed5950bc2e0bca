import type { Scope, Transaction } from '../../database/open.ts'
import { isPassing, isRefusal, sqlState } from '../../database/sql-state.ts'
import type { Portal } from '../../portal.ts'
import { type GivenUp, portalStopped, type Reason } from '../../queue/given-up.ts'
import { type ChangeSet, nextRowOf, organisationsOf } from '../change-set.ts'
import { failChangeSet } from '../fail-change-set.ts'
import { KINDS } from '../kinds.ts'
import { type ChangeSetJob, type InScope, leaseChangeSet } from '../lease-change-set.ts'
import { move } from '../move.ts'
import { lockChangeSet, lockOrganisation, useIndexesOnly } from '../store.ts'
import { applyChunk, failChunk } from './apply-chunk.ts'
import { whyNotApplied } from './why-not-applied.ts'
import type { Chunk } from './write-accounts.ts'

/** Rows to a transaction: enough to be fast, few enough that a cancel is soon and an error costs little. */
const CHUNK_ROWS = 5_000

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

/**
 * Applies a confirmed change set, chunk by chunk. A chunk's accounts, its rows' outcomes and the mark of how
 * far the set has come commit in one transaction, so an apply that was killed goes on from the mark. Chunks run only
 * on the leased connection that holds the organisation's lock.
 */
export async function applyChangeSet(
  portal: Portal,
  { data, signal }: { data: ChangeSetJob; signal?: AbortSignal },
): Promise<void> {
  const { changeSetId } = data
  await leaseChangeSet(portal, data, async (inScope, organisationIds) => {
    for (const id of organisationIds) await inScope((tx) => lockOrganisation(tx, id))
    await inScope(useIndexesOnly)
    if (!(await inScope((tx) => begin(portal, tx, organisationIds, changeSetId)))) return
    for (let most = CHUNK_ROWS; ; ) {
      signal?.throwIfAborted() // what is applied stands; whoever is handed the rest goes on from the mark
      const next = await inScope((tx) => nextRows(portal, tx, organisationIds, changeSetId, most))
      if (next === null) return
      most = await applyRows(portal, inScope, next, most)
    }
  })
}

/** Ends a change set whose apply was given up. */
export function failApply(portal: Portal, data: ChangeSetJob, why: GivenUp): Promise<void> {
  return failChangeSet(portal, data, ['queued', 'applying'], REASONS[why])
}

/** @returns whether there is something to apply */
async function begin(portal: Portal, tx: Transaction, scope: Scope, id: number): Promise<boolean> {
  const set = await lockChangeSet(tx, scope, id)
  if (set?.status === 'applying') return true // taken up again
  if (set?.status !== 'queued') return false // cancelled meanwhile, or ended
  const reason = await whyNotApplied(portal, tx, set)
  if (reason) {
    await move(portal, tx, set, 'failed', reason)
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
  inScope: InScope,
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
    await inScope((tx) => applyChunk(portal, tx, chunk, set))
  } catch (error) {
    if (isPassing(error)) return most
    if (!isRefusal(error)) throw error
    if (fromRow < toRow) return Math.ceil((toRow - fromRow) / 2)
    await inScope((tx) => failChunk(tx, chunk, set))
    portal.log.error(
      { changeSet: set.id, row: fromRow, sqlState: sqlState(error) },
      'a row could not be written',
    )
  }
  return Math.min(2 * most, CHUNK_ROWS)
}
