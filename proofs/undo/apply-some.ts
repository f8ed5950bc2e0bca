import type { Client } from 'pg'
import type { Actor } from '../../src/access/actor.ts'
import { applyChangeSet } from '../../src/changes/apply/apply.ts'
import { applyChunk } from '../../src/changes/apply/apply-chunk.ts'
import { cancelChangeSet } from '../../src/changes/cancel.ts'
import type { ChangeSet } from '../../src/changes/change-set.ts'
import { confirmChangeSet } from '../../src/changes/confirm.ts'
import type { Selection } from '../../src/changes/history/store-undo.ts'
import { planUndo, undoChangeSet } from '../../src/changes/history/undo.ts'
import { move } from '../../src/changes/move.ts'
import { lockChangeSet } from '../../src/changes/store.ts'
import { isRefusal } from '../../src/database/sql-state.ts'
import type { Random } from '../../src/demo/random.ts'
import type { Portal } from '../../src/portal.ts'
import { allRows } from '../support/take-upload.ts'

type Round = { portal: Portal; client: Client; chance: Random; organisationId: number; actor: Actor }

export async function planUndoOf(
  { portal, organisationId }: Round,
  actor: Actor,
  id: number,
  selection: Selection,
): Promise<number> {
  const changeSetId = await undoChangeSet(portal, actor, id, selection)
  await planUndo(portal, { data: { changeSetId, organisationId } })
  return changeSetId
}

/**
 * Confirms a set and applies it: all of it, or its first rows, after which it is cancelled or fails.
 * @returns the last row that was applied, and how it ended
 */
export async function applySome(
  round: Round,
  actor: Actor,
  id: number,
  isStopped: boolean,
): Promise<{ upTo: number; end: 'completed' | 'cancelled' | 'failed' }> {
  const { portal, organisationId, chance } = round
  await confirmChangeSet(portal, actor, id)
  const end = chance.pick(['cancelled', 'failed'] as const)
  const upTo = isStopped ? await applyFirstRows(round, actor, id) : null
  if (upTo !== null && end === 'cancelled') await cancelChangeSet(portal, actor, id)
  if (upTo !== null && end === 'failed') {
    const reason = { code: 'apply-failed', message: 'The proof ended it.' }
    await withSet(round, id, (tx, set) => move(portal, tx, set, 'failed', reason))
  }
  await applyChangeSet(portal, { data: { changeSetId: id, organisationId } })
  return upTo === null ? { upTo: Number.POSITIVE_INFINITY, end: 'completed' } : { upTo, end }
}

/** As an apply does with a chunk. @returns its last row; null where PostgreSQL refused it, so that nothing is applied */
async function applyFirstRows(round: Round, actor: Actor, id: number): Promise<number | null> {
  const { portal, organisationId, chance } = round
  try {
    return await withSet(round, id, async (tx, set) => {
      const toRow = chance.between(set.firstRow, set.lastRow)
      if (toRow >= set.lastRow) return null
      await move(portal, tx, set, 'applying')
      await applyChunk(
        portal,
        tx,
        {
          ...{ changeSetId: id, organisationIds: [organisationId], fromRow: set.firstRow, toRow },
          ...{ by: actor.administratorId, at: portal.clock.now() },
        },
        set,
      )
      return toRow
    })
  } catch (error) {
    if (isRefusal(error)) return null
    throw error
  }
}

function withSet<T>(
  { portal, organisationId }: Round,
  id: number,
  work: (tx: Parameters<Parameters<Portal['database']['transaction']>[1]>[0], set: ChangeSet) => Promise<T>,
): Promise<T> {
  return portal.database.transaction([organisationId], async (tx) =>
    work(tx, (await lockChangeSet(tx, [organisationId], id)) as ChangeSet),
  )
}

/** Which account each written row was about. */
export async function writtenRows(round: Round, id: number): Promise<Map<number, number>> {
  const rows = await allRows(round, id)
  return new Map(
    rows.flatMap(({ row, accountId, result }) =>
      accountId !== null && ['updated', 'created', 'withdrawn'].includes(result ?? '')
        ? [[row, accountId]]
        : [],
    ),
  )
}

export type UndoRow = { row: number; account: number; result: string; kept: (string | null)[] }

/** An undo's rows: what became of each, and what it says that it keeps. */
export async function rowsOf(round: Round, id: number): Promise<UndoRow[]> {
  return (await allRows(round, id)).map(({ row, accountId, result, problems }) => ({
    row,
    account: accountId as number,
    result: result ?? '',
    kept: problems.flatMap(({ code, column }) => (code === 'changed-since' ? [column] : [])),
  }))
}
