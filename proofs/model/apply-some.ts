import { applyChangeSet } from '../../src/changes/apply/apply.ts'
import { applyChunk } from '../../src/changes/apply/apply-chunk.ts'
import { cancelChangeSet } from '../../src/changes/cancel.ts'
import { type ChangeSet, organisationsOf } from '../../src/changes/change-set.ts'
import { move } from '../../src/changes/move.ts'
import { lockChangeSet } from '../../src/changes/store.ts'
import type { Transaction } from '../../src/database/open.ts'
import { isRefusal } from '../../src/database/sql-state.ts'
import type { Organisation, Person, World } from './world.ts'

/** A set that waits to be applied. */
type Queued = { id: number; home: Organisation; by: Person }

/** The last row that was applied, and how it ended. */
export type Stopped = { upTo: number; end: 'completed' | 'cancelled' | 'failed' }

/** Applies a set: all of it, or its first rows, after which it is cancelled or fails. */
export async function applySome(world: World, queued: Queued, isStopped: boolean): Promise<Stopped> {
  const { portal, chance } = world
  const { id, home, by } = queued
  const end = chance.pick(['cancelled', 'failed'] as const)
  const upTo = isStopped ? await applyFirstRows(world, queued) : null
  if (upTo !== null && end === 'cancelled') await cancelChangeSet(portal, by.actor, id)
  if (upTo !== null && end === 'failed') {
    const reason = { code: 'apply-failed', message: 'The proof ended it.' }
    await withSet(world, id, (tx, set) => move(portal, tx, set, 'failed', reason))
  }
  await applyChangeSet(portal, { data: { changeSetId: id, organisationId: home.id } })
  return upTo === null ? { upTo: Number.POSITIVE_INFINITY, end: 'completed' } : { upTo, end }
}

/** As an apply does with a chunk. @returns its last row; null where PostgreSQL refused it, so that nothing is applied */
async function applyFirstRows(world: World, { id, by }: Queued): Promise<number | null> {
  const { portal, chance } = world
  try {
    return await withSet(world, id, async (tx, set) => {
      const toRow = chance.between(set.firstRow, set.lastRow)
      if (toRow >= set.lastRow) return null
      await move(portal, tx, set, 'applying')
      await applyChunk(
        portal,
        tx,
        {
          ...{ changeSetId: id, organisationIds: organisationsOf(set), fromRow: set.firstRow, toRow },
          ...{ by: by.actor.administratorId, at: portal.clock.now() },
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
  { portal, organisations }: World,
  id: number,
  work: (tx: Transaction, set: ChangeSet) => Promise<T>,
): Promise<T> {
  const scope = organisations.map((each) => each.id)
  return portal.database.transaction(scope, async (tx) =>
    work(tx, (await lockChangeSet(tx, scope, id)) as ChangeSet),
  )
}
