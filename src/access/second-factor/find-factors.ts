import type { Portal } from '../../portal.ts'
import type { Actor } from '../actor.ts'
import { selectAdministrator } from '../store.ts'
import { type StoredFactor, selectFactors, selectRecoveryCodes } from './store-factors.ts'

/** What one signs in with: whether by a password, what besides it, and how many recovery codes are left. */
export function findOwnFactors(
  portal: Portal,
  { administratorId }: Actor,
): Promise<{ hasPassword: boolean; factors: StoredFactor[]; codesLeft: number }> {
  return portal.database.transaction([], async (tx) => ({
    hasPassword: (await selectAdministrator(tx, { id: administratorId }))?.passwordHash != null,
    factors: await selectFactors(tx, administratorId),
    codesLeft: (await selectRecoveryCodes(tx, administratorId)).length,
  }))
}
