import { BULK_ACTIONS, type Deed } from '../changes/bulk-actions.ts'
import type { ChangeSet } from '../changes/change-set.ts'
import { failChangeSet } from '../changes/fail-change-set.ts'
import { type ChangeSetJob, leaseChangeSet } from '../changes/lease-change-set.ts'
import { move } from '../changes/move.ts'
import { countPlan, notePlan } from '../changes/plan/store-plan.ts'
import {
  forgetSelection,
  planSelected,
  selectAsked,
  type WantedOfMany,
} from '../changes/plan/store-selected.ts'
import { lockChangeSet } from '../changes/store.ts'
import type { Transaction } from '../database/open.ts'
import type { FieldName } from '../directory/fields.ts'
import type { AccountSelection } from '../directory/selection.ts'
import { settingsOf } from '../directory/settings.ts'
import type { Portal } from '../portal.ts'
import { type GivenUp, portalStopped, type Reason } from '../queue/given-up.ts'
import { deletedTooLong, refusalsOf } from './refusals.ts'

/** What was asked for, as it is stored until it is planned. */
export type Asked = Deed & { accounts: AccountSelection }

const REASONS: Record<GivenUp, Reason> = {
  failed: {
    code: 'plan-failed',
    message:
      'Something went wrong on our side while it was worked out whom this is about. Nothing was changed. Choose the people again.',
  },
  died: portalStopped(
    'it was worked out whom this is about',
    'Nothing was changed. Choose the people again, fewer at a time. If that doesn’t help, tell whoever runs this portal the number of this action: they can see why.',
  ),
}

/**
 * Plans a bulk action, in one transaction and in SQL alone: no row travels through this process. Who matches a filter is
 * settled by it.
 */
export async function planAction(portal: Portal, job: { data: ChangeSetJob }): Promise<void> {
  await leaseChangeSet(portal, job.data, (inScope, organisationIds) =>
    inScope(async (tx) => {
      const set = await lockChangeSet(tx, organisationIds, job.data.changeSetId)
      if (set?.status !== 'checking') return // cancelled meanwhile, or planned by somebody else
      await planNow(portal, tx, set)
    }),
  )
}

/** Plans it within a transaction, in which the set is locked. */
export async function planNow(portal: Portal, tx: Transaction, set: ChangeSet): Promise<void> {
  const { days } = await settingsOf(tx, set.organisationId)
  const wanted = wantedBy(await selectAsked<Asked>(tx, set.id), portal.clock.now(), days.deleted)
  const lastRow = await planSelected(tx, set, wanted)
  const { replaced: _replaced, ...counts } = await countPlan(tx, set.id)
  await notePlan(tx, set.id, { counts, fields: [wanted.field], firstRow: 1, lastRow })
  await forgetSelection(tx, set.id)
  await move(portal, tx, set, 'checked')
}

function wantedBy(
  { action, accounts, field, value = null }: Asked,
  now: Date,
  restorable: number,
): WantedOfMany {
  const { status } = BULK_ACTIONS[action]
  return {
    accounts,
    refusals: refusalsOf(action),
    takesRoles: action === 'leaver' || action === 'delete',
    ...(status === null ? { field: field as FieldName, value } : { field: 'status', value: status.to }),
    ...(action === 'restore'
      ? { deletedBefore: { at: daysBefore(now, restorable), refusal: deletedTooLong(restorable) } }
      : {}),
  }
}

function daysBefore(now: Date, days: number): Date {
  return new Date(now.getTime() - days * 24 * 3_600_000)
}

/** Ends an action whose planning was given up. */
export function failAction(portal: Portal, data: ChangeSetJob, why: GivenUp): Promise<void> {
  return failChangeSet(portal, data, ['checking'], () => REASONS[why])
}
