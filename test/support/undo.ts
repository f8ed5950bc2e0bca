import type { Actor } from '../../src/access/actor.ts'
import { applyChangeSet } from '../../src/changes/apply/apply.ts'
import { confirmChangeSet } from '../../src/changes/confirm.ts'
import { findChangeSet } from '../../src/changes/find-change-sets.ts'
import type { Selection } from '../../src/changes/history/store-undo.ts'
import { planUndo, undoChangeSet } from '../../src/changes/history/undo.ts'
import type { Portal } from '../../src/portal.ts'

/** Plans to take a set back, as the worker would. @returns the undo's ID */
export async function planUndoOf(
  portal: Portal,
  actor: Actor,
  id: number,
  selection: Selection = {},
): Promise<number> {
  const undo = await undoChangeSet(portal, actor, id, selection)
  const { organisation } = await findChangeSet(portal, actor, undo)
  await planUndo(portal, { data: { changeSetId: undo, organisationId: organisation.id } })
  return undo
}

/** Takes a set back, all the way. @returns the undo's ID */
export async function takeBack(
  portal: Portal,
  actor: Actor,
  id: number,
  selection: Selection = {},
): Promise<number> {
  const undo = await planUndoOf(portal, actor, id, selection)
  await applyPlanned(portal, actor, undo)
  return undo
}

/** Confirms a set that is planned and applies it, as the worker would. */
export async function applyPlanned(portal: Portal, actor: Actor, undo: number): Promise<void> {
  const { organisation } = await findChangeSet(portal, actor, undo)
  await confirmChangeSet(portal, actor, undo)
  await applyChangeSet(portal, { data: { changeSetId: undo, organisationId: organisation.id } })
}
