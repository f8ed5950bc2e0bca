import type { Actor } from '../../src/access/actor.ts'
import { applyChangeSet } from '../../src/changes/apply/apply.ts'
import { confirmChangeSet } from '../../src/changes/confirm.ts'
import { findChangeSet } from '../../src/changes/find-change-sets.ts'
import type { Portal } from '../../src/portal.ts'
import { planTransfer } from '../../src/transfers/plan-transfer.ts'
import { startTransfer, type WantedTransfer } from '../../src/transfers/start.ts'

/** Begins a transfer and plans it, as the worker would. @returns its ID */
export async function planATransfer(portal: Portal, actor: Actor, wanted: WantedTransfer): Promise<number> {
  const id = await startTransfer(portal, actor, wanted)
  const { organisation } = await findChangeSet(portal, actor, id)
  await planTransfer(portal, { data: { changeSetId: id, organisationId: organisation.id } })
  return id
}

/** The same, confirmed and applied. @returns its ID */
export async function transfer(portal: Portal, actor: Actor, wanted: WantedTransfer): Promise<number> {
  const id = await planATransfer(portal, actor, wanted)
  const { organisation } = await findChangeSet(portal, actor, id)
  await confirmChangeSet(portal, actor, id)
  await applyChangeSet(portal, { data: { changeSetId: id, organisationId: organisation.id } })
  return id
}
