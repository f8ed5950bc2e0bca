import type { Actor } from '../access/actor.ts'
import type { Portal } from '../portal.ts'
import { findChangeSet } from './find-change-sets.ts'
import { holdChangeSet } from './hold-change-set.ts'
import { needsOf } from './needs.ts'

/** From so many accounts on, whoever confirms a change in a browser shows first that it is they. */
const LARGE = 100

/**
 * Whether to confirm this change is an act of weight: it reaches many accounts, or would need another person's agreement.
 * @throws NotFound | Forbidden as to confirm it
 */
export async function isLarge(portal: Portal, actor: Actor, id: number): Promise<boolean> {
  const { status, counts } = await findChangeSet(portal, actor, id)
  if (status !== 'checked') return false
  if (counts.update + counts.create + counts.withdraw + counts.remove >= LARGE) return true
  return holdChangeSet(portal, actor, id, async (tx, set) => (await needsOf(tx, actor, set)).length > 0)
}
