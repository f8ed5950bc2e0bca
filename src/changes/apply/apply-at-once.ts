import type { Transaction } from '../../database/open.ts'
import type { FieldName } from '../../directory/fields.ts'
import type { Portal } from '../../portal.ts'
import type { Deed } from '../bulk-actions.ts'
import type { PlannedChange } from '../change.ts'
import { type ChangeSet, organisationsOf } from '../change-set.ts'
import type { Kind } from '../kinds.ts'
import { move } from '../move.ts'
import { countPlan, insertChanges, notePlan } from '../plan/store-plan.ts'
import { insertChangeSet, lockChangeSet, noteConfirmation, noteMove } from '../store.ts'
import { applyChunk } from './apply-chunk.ts'

/** Which set it is: `counterpartId` where its accounts move to another organisation, `deed` of an action. */
type AtOnce = { kind: Kind; organisationId: number; counterpartId?: number; deed?: Deed; by: number }

/**
 * A change set that is planned, confirmed and applied in the caller's transaction: of so few rows that nobody waits.
 * @param changes numbered from 1, without gaps
 * @returns the set's ID; undefined, and nothing is stored, where nothing would be written
 */
export async function applyAtOnce(
  portal: Portal,
  tx: Transaction,
  { kind, organisationId, counterpartId, deed, by }: AtOnce,
  changes: readonly PlannedChange[],
): Promise<number | undefined> {
  if (changes.every(({ after }) => after === null)) return undefined
  const at = portal.clock.now()
  const scope = [organisationId]
  const more = {
    ...(counterpartId === undefined ? {} : { counterpartId }),
    ...(deed === undefined ? {} : { selection: deed }),
  }
  const id = await insertChangeSet(tx, { kind, organisationId, ...more, by, at, status: 'checking' })
  await insertChanges(tx, { id, organisationId }, changes)
  const fields = [...new Set(changes.flatMap(({ after }) => Object.keys(after ?? {})))] as FieldName[]
  const { replaced: _replaced, ...counts } = await countPlan(tx, id)
  await notePlan(tx, id, { counts, fields, firstRow: 1, lastRow: changes.length })
  for (const status of ['checked', 'queued', 'applying'] as const) await noteMove(tx, id, status, at)
  await noteConfirmation(tx, id, by, at)
  const set = (await lockChangeSet(tx, scope, id)) as ChangeSet
  const rows = { changeSetId: id, organisationIds: organisationsOf(set), fromRow: 1, toRow: set.lastRow }
  await applyChunk(portal, tx, { ...rows, by, at }, set)
  await move(portal, tx, (await lockChangeSet(tx, scope, id)) as ChangeSet, 'completed')
  return id
}
