import { type Actor, may } from '../../access/actor.ts'
import type { Transaction } from '../../database/open.ts'
import { type FieldName, labelOf } from '../../directory/fields.ts'
import { Conflict, InvalidInput } from '../../errors.ts'
import type { Portal } from '../../portal.ts'
import { type GivenUp, portalStopped, type Reason } from '../../queue/given-up.ts'
import { wasWritten } from '../change.ts'
import { type ChangeSet, organisationsOf } from '../change-set.ts'
import { failChangeSet } from '../fail-change-set.ts'
import { holdChangeSet } from '../hold-change-set.ts'
import { KINDS, permissionFor } from '../kinds.ts'
import { type ChangeSetJob, leaseChangeSet } from '../lease-change-set.ts'
import { move } from '../move.ts'
import { countPlan, notePlan } from '../plan/store-plan.ts'
import { isEnded } from '../status.ts'
import { insertChangeSet, lockChangeSet } from '../store.ts'
import { noteKept, planUndone, type Selection, selectUndo, writtenFields } from './store-undo.ts'

const REASONS: Record<GivenUp, Reason> = {
  failed: {
    code: 'undo-failed',
    message:
      'Something went wrong on our side while it was worked out what would go back. Nothing was changed. Take it back again.',
  },
  died: portalStopped(
    'it was worked out what would go back',
    'Nothing was changed. Take it back again, some rows at a time if there are many. If that doesn’t help, tell whoever runs this portal the number of this undo: they can see why.',
  ),
}

/**
 * Begins to take a change set back: all of it, some rows, or some fields. The plan is made in the background, and is
 * then looked at and confirmed as any other.
 * @returns the ID of the new change set, an undo
 * @throws NotFound, Forbidden; Conflict while the set hasn't ended, or where it wrote nothing; InvalidInput for a field
 *   that it didn't write
 */
export async function undoChangeSet(
  portal: Portal,
  actor: Actor,
  id: number,
  selection: Selection = {},
): Promise<number> {
  return holdChangeSet(portal, actor, id, async (tx, set) => {
    const { noun } = KINDS[set.kind]
    if (!isEnded(set.status)) throw new Conflict(`This ${noun} can be taken back once it has ended.`)
    if (!hasWritten(set))
      throw new Conflict(`This ${noun} changed nothing, so there is nothing to take back.`)
    if (set.results.removed) throw new Conflict(REMOVED)
    refuseUnknownFields(set, selection)
    const [organisationId, counterpartId] = sidesFor(actor, set)
    const undo = await insertChangeSet(tx, {
      ...{ kind: 'undo', status: 'checking', undoesId: id, selection, organisationId },
      permission: set.permission,
      ...(counterpartId === undefined ? {} : { counterpartId }),
      ...{ by: actor.administratorId, at: portal.clock.now() },
    })
    await portal.queue.send(tx, 'plan-undo', {
      changeSetId: undo,
      organisationId,
      by: actor.administratorId,
      rows: set.lastRow - set.firstRow + 1,
    })
    return undo
  })
}

/** Whoever has rights on the other side alone takes it back from there: the side that it came from is asked then. */
function sidesFor(actor: Actor, set: ChangeSet): [own: number, other?: number] {
  const sides = [set.organisationId, ...organisationsOf(set).filter((side) => side !== set.organisationId)]
  return sides.toSorted(
    (one, other) =>
      Number(may(actor, permissionFor(set), other)) - Number(may(actor, permissionFor(set), one)),
  ) as [number, number?]
}

const REMOVED =
  'The people of this step were removed for good. Nothing is kept of them that could be put back.'

function hasWritten({ results }: ChangeSet): boolean {
  return Object.entries(results).some(([result, rows]) => wasWritten(result as never) && rows > 0)
}

function refuseUnknownFields({ kind, fields }: ChangeSet, { fields: wanted = [] }: Selection): void {
  if (wanted.length > 0 && fields.includes('organisation'))
    throw new InvalidInput(
      `This ${KINDS[kind].noun} moved people to another organisation. Each of them goes back whole: choose rows, or take all of it back.`,
      { field: 'fields', code: 'goes-back-whole' },
    )
  const unknown = wanted.filter((field) => !fields.includes(field as FieldName))
  if (unknown.length === 0) return
  const said = (names: readonly string[]) => names.map(labelOf).join(', ')
  throw new InvalidInput(
    `This ${KINDS[kind].noun} didn’t change: ${said(unknown)}. It changed: ${said(fields)}. Nothing was taken back; choose among those.`,
    { field: 'fields', code: 'field-not-changed' },
  )
}

/**
 * Plans an undo, in one transaction and in SQL alone: no row travels through this process. Per field: still as the set
 * left it, it goes back; changed since, it is kept; back already, nothing. An account that the set created is withdrawn
 * unless somebody has changed it since.
 */
export async function planUndo(portal: Portal, job: { data: ChangeSetJob }): Promise<void> {
  await leaseChangeSet(portal, job.data, (inScope, organisationIds) =>
    inScope(async (tx) => {
      const set = await lockChangeSet(tx, organisationIds, job.data.changeSetId)
      if (set?.status !== 'checking') return // cancelled meanwhile, or planned by somebody else
      await plan(tx, set)
      await move(portal, tx, set, 'checked')
    }),
  )
}

/** Ends an undo whose planning was given up. */
export function failUndo(portal: Portal, data: ChangeSetJob, why: GivenUp): Promise<void> {
  return failChangeSet(portal, data, ['checking'], () => REASONS[why])
}

async function plan(tx: Transaction, undo: ChangeSet): Promise<void> {
  const { undone, selection } = await selectUndo(tx, undo.id)
  await planUndone(tx, { undo, undone, selection })
  await noteKept(tx, undo.id, undone.id)
  const { replaced: _replaced, ...counts } = await countPlan(tx, undo.id)
  const { firstRow, lastRow } = undone
  await notePlan(tx, undo.id, { counts, fields: await writtenFields(tx, undo.id), firstRow, lastRow })
}
