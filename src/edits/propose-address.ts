import { type Actor, asActor } from '../access/actor.ts'
import { highestNumbers } from '../changes/apply/write-addresses.ts'
import { addressParts, localPartFor, withNumber } from '../directory/address-name.ts'
import type { Portal } from '../portal.ts'
import { organisationIdOf } from './find-edited.ts'

/**
 * The address that an account would get if it were new under these names.
 * @param given.address its primary address now
 * @returns undefined where that address is of the same name already
 */
export async function proposeAddress(
  portal: Portal,
  actor: Actor,
  id: number,
  given: { firstName: string | null; lastName: string | null; address: string | null },
): Promise<string | undefined> {
  const base = localPartFor(given.firstName, given.lastName, id)
  if (given.address !== null && addressParts(given.address).base === base) return undefined
  return asActor(portal, actor, 'change-accounts', async (tx, scope) => {
    const organisationId = await organisationIdOf(tx, scope, id)
    const taken = (await highestNumbers(tx, [organisationId], [base])).get(base)
    return `${withNumber(base, taken === undefined ? 1 : taken + 1)}@${portal.config.mailDomain}`
  })
}
