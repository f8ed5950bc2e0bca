import { type Actor, may } from '../../access/actor.ts'
import { actorFor } from '../../access/administrators.ts'
import { PORTAL_ITSELF } from '../../access/portal-itself.ts'
import type { Transaction } from '../../database/open.ts'
import type { Portal } from '../../portal.ts'
import type { Reason } from '../../queue/given-up.ts'
import { type ChangeSet, organisationsOf } from '../change-set.ts'
import { KINDS, permissionFor } from '../kinds.ts'
import { hashPlan } from '../store-agreement.ts'

/**
 * Why a plan that waits to be applied may not be, as rights are now: those of whoever confirmed it and of whoever agreed
 * to it; and an agreement is to exactly the plan that was seen. Undefined where it may.
 */
export async function whyNotApplied(
  portal: Portal,
  tx: Transaction,
  set: ChangeSet,
): Promise<Reason | undefined> {
  const { id, kind, confirmedBy, needs, planHash } = set
  if (confirmedBy === PORTAL_ITSELF) return undefined // it needs nobody's rights
  const { noun } = KINDS[kind]
  const confirmer = confirmedBy === null ? null : await actorFor(portal, confirmedBy)
  const asked = needs.flatMap((need) => (need.for === 'other-side' ? [need.organisationId] : []))
  const own = organisationsOf(set).filter((side) => !asked.includes(side))
  if (!own.every((side) => confirmer !== null && may(confirmer, permissionFor(set), side))) {
    return {
      code: 'rights-withdrawn',
      message: `The person who confirmed this ${noun} may no longer change this organisation’s accounts, so nothing was changed.`,
    }
  }
  for (const { agreedBy, organisationId } of needs) {
    const agreer: Actor | null = agreedBy === undefined ? null : await actorFor(portal, agreedBy)
    if (agreer !== null && agreedBy !== confirmedBy && may(agreer, 'agree', organisationId)) continue
    return {
      code: 'agreement-withdrawn',
      message: `The person who agreed to this ${noun} may no longer do so, so nothing was changed.`,
    }
  }
  if (needs.length === 0 || (await hashPlan(tx, id)) === planHash) return undefined
  return {
    code: 'plan-changed',
    message: `This ${noun} isn’t the one that was agreed to any more, so nothing was changed.`,
  }
}
