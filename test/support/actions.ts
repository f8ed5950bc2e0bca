import type { Actor } from '../../src/access/actor.ts'
import { planAction } from '../../src/actions/plan.ts'
import { startAction, type WantedAction } from '../../src/actions/start.ts'
import { findChangeSet, type ShownChangeSet } from '../../src/changes/find-change-sets.ts'
import type { Portal } from '../../src/portal.ts'
import { applyPlanned } from './undo.ts'

/** Plans a bulk action, as the worker would. */
export async function planned(portal: Portal, actor: Actor, wanted: WantedAction): Promise<ShownChangeSet> {
  const id = await startAction(portal, actor, wanted)
  const { organisation } = await findChangeSet(portal, actor, id)
  await planAction(portal, { data: { changeSetId: id, organisationId: organisation.id } })
  return findChangeSet(portal, actor, id)
}

/** Does it, all the way. */
export async function done(portal: Portal, actor: Actor, wanted: WantedAction): Promise<ShownChangeSet> {
  const { id } = await planned(portal, actor, wanted)
  await applyPlanned(portal, actor, id)
  return findChangeSet(portal, actor, id)
}
