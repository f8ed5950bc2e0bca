import type { Transaction } from '../database/open.ts'
import type { Portal } from '../portal.ts'
import type { Actor } from './actor.ts'
import { findAdministrator, findGrants } from './store.ts'

/** An administrator with their roles as they are now; null when there is none or they are disabled. */
export function actorFor(portal: Portal, administratorId: number): Promise<Actor | null> {
  return portal.database.transaction([], (tx) => loadActor(tx, administratorId))
}

export async function loadActor(tx: Transaction, administratorId: number): Promise<Actor | null> {
  const administrator = await findAdministrator(tx, { id: administratorId })
  if (!administrator) return null
  const grants = await findGrants(tx, administratorId)
  return { administratorId, email: administrator.email, name: administrator.name, grants }
}
