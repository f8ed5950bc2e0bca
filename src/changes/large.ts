import type { Actor } from '../access/actor.ts'
import type { Portal } from '../portal.ts'
import { findChangeSet } from './find-change-sets.ts'
import { holdChangeSet } from './hold-change-set.ts'
import { needsOf } from './needs.ts'

/** From so many accounts on, whoever confirms a change in a browser shows first that it is they. */
const LARGE = 100

/**
 * Whether to confirm these changes is an act of weight: together they reach many accounts, or one would need another
 * person's agreement.
 * @throws NotFound | Forbidden as to confirm them
 */
export async function isLarge(portal: Portal, actor: Actor, ids: readonly number[]): Promise<boolean> {
  let accounts = 0
  for (const id of ids) {
    const { status, counts } = await findChangeSet(portal, actor, id)
    if (status !== 'checked') continue
    accounts += counts.update + counts.create + counts.withdraw + counts.remove
    if (accounts >= LARGE) return true
    const needs = await holdChangeSet(portal, actor, id, (tx, set) => needsOf(tx, actor, set))
    if (needs.length > 0) return true
  }
  return false
}
