import type { Portal } from '../../portal.ts'
import type { Actor } from '../actor.ts'
import { type StoredFactor, selectFactors, selectRecoveryCodes } from './store-factors.ts'

/** What one signs in with besides the password, and how many recovery codes are left. */
export function findOwnFactors(
  portal: Portal,
  { administratorId }: Actor,
): Promise<{ factors: StoredFactor[]; codesLeft: number }> {
  return portal.database.transaction([], async (tx) => ({
    factors: await selectFactors(tx, administratorId),
    codesLeft: (await selectRecoveryCodes(tx, administratorId)).length,
  }))
}
