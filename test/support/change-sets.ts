import sql from 'sql-template-tag'
import type { Actor } from '../../src/access/actor.ts'
import { type PlannedChange, WRITTEN_VERSION } from '../../src/changes/change.ts'
import { confirmChangeSet } from '../../src/changes/confirm.ts'
import type { Kind } from '../../src/changes/kinds.ts'
import { countPlan, insertChanges, notePlan } from '../../src/changes/plan/store-plan.ts'
import { insertChangeSet, noteMove } from '../../src/changes/store.ts'
import type { FieldName } from '../../src/directory/fields.ts'
import type { Portal } from '../../src/portal.ts'

export type PlannedSet = {
  kind: Kind
  organisationId: number
  counterpartId?: number
  by: Actor
  fields: FieldName[]
  changes: readonly PlannedChange[]
}

/** A change set as some planner might have left it, confirmed and waiting to be applied. @returns its ID */
export async function planSet(portal: Portal, set: PlannedSet): Promise<number> {
  const id = await planUnconfirmed(portal, set)
  await confirmChangeSet(portal, set.by, id)
  return id
}

/** The same, before anybody has confirmed it. */
export function planUnconfirmed(portal: Portal, set: PlannedSet): Promise<number> {
  return portal.database.transaction('everything', async (tx) => {
    const { kind, organisationId, counterpartId, by, fields, changes } = set
    const made = await insertChangeSet(tx, {
      ...{ kind, organisationId, status: 'checking', by: by.administratorId, at: portal.clock.now() },
      ...(counterpartId === undefined ? {} : { counterpartId }),
    })
    await insertChanges(tx, { id: made, organisationId }, changes)
    const { replaced: _replaced, ...counts } = await countPlan(tx, made)
    await notePlan(tx, made, { counts, fields, firstRow: 1, lastRow: changes.length })
    await noteMove(tx, made, 'checked', portal.clock.now())
    return made
  })
}

type StoredRow = {
  result: string | null
  detail: string | null
  problems: object[] | null
  writtenVersion: number
}

/** A change set and its rows as they are stored. */
export async function setAsItIs(portal: Portal, id: number) {
  return portal.database.transaction('everything', async (tx) => ({
    ...(await tx.row<{ status: string; results: Record<string, number> }>(
      sql`select status, results from change_set where id = ${id}`,
    )),
    rows: await tx.rows<StoredRow>(
      sql`select c.result, c.detail, c.problems, ${WRITTEN_VERSION} as "writtenVersion" from change c
          where c.change_set_id = ${id} order by c.row_number`,
    ),
  }))
}
