import { type Actor, may } from '../access/actor.ts'
import type { Transaction } from '../database/open.ts'
import { settingsOf } from '../directory/settings.ts'
import { type ChangeSet, type Need, organisationsOf } from './change-set.ts'
import { permissionFor } from './kinds.ts'
import { type BeyondLimit, judgePlan } from './plan/judge-plan.ts'
import { selectMeasures } from './store-agreement.ts'

/** Whose yes a plan needs, as it stands, where this person confirms it. */
export async function needsOf(tx: Transaction, actor: Actor, set: ChangeSet): Promise<Need[]> {
  const { id, organisationId } = set
  const others = organisationsOf(set).filter((each) => !may(actor, permissionFor(set), each))
  const limits = await limitsBeyond(tx, { id, organisationId })
  return [
    ...(limits.length > 0 ? [{ for: 'risk' as const, organisationId, limits }] : []),
    ...others.map((each) => ({ for: 'other-side' as const, organisationId: each })),
  ]
}

/** The limits that a plan goes beyond, as it stands. */
export async function limitsBeyond(
  tx: Transaction,
  { id, organisationId }: Pick<ChangeSet, 'id' | 'organisationId'>,
): Promise<BeyondLimit[]> {
  const measures = await selectMeasures(tx, id)
  return measures === null ? [] : judgePlan(measures, (await settingsOf(tx, organisationId)).limits)
}
