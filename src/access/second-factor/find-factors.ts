import type { Portal } from '../../portal.ts'
import type { Actor } from '../actor.ts'
import { mayUsePassword } from '../break-glass.ts'
import { selectAdministrator } from '../store.ts'
import { type StoredFactor, selectFactors, selectRecoveryCodes } from './store-factors.ts'

/** What one signs in with: whether by a password that may be used, what besides it, and how many recovery codes are left. */
export function findOwnFactors(
  portal: Portal,
  { administratorId }: Actor,
): Promise<{ hasPassword: boolean; factors: StoredFactor[]; codesLeft: number }> {
  return portal.database.transaction([], async (tx) => {
    const own = await selectAdministrator(tx, { id: administratorId })
    return {
      hasPassword: own?.passwordHash != null && mayUsePassword(portal, own),
      factors: await selectFactors(tx, administratorId),
      codesLeft: (await selectRecoveryCodes(tx, administratorId)).length,
    }
  })
}
