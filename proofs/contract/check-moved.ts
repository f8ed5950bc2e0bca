import { accountHistory } from '../../src/changes/history/history.ts'
import { findAccount } from '../../src/directory/find-accounts.ts'
import { NotFound } from '../../src/errors.ts'
import type { Done } from '../model/act.ts'
import type { World } from '../model/world.ts'

/**
 * Whoever went to another organisation is called by it, brings their past along, and is in sight there and nowhere else.
 * @throws Error for the first one of whom that isn't so
 */
export async function checkMoved(world: World, { id, before, after, rows }: Done): Promise<void> {
  const { portal, people } = world
  for (const account of rows.values()) {
    const [was, is] = [before.get(account), after.get(account)].map(
      (one) => one?.values.organisation as string,
    )
    if (was === undefined || was === is) continue
    world.count('accounts that went to another organisation')
    const [old, own] = [was, is].map((code) => people.find(({ codes }) => codes.join() === code)?.actor)
    if (!old || !own) throw new Error('an organisation has no administrator')
    const { displayName } = await findAccount(portal, own, account)
    if (!displayName.endsWith(` (${is})`))
      throw new Error(`account ${account} is called ${displayName} at ${is}`)
    const { entries } = await accountHistory(portal, own, account, { limit: 100 })
    if (!entries.some(({ field, changeSet }) => field === 'organisation' && changeSet === id))
      throw new Error(`account ${account} came to ${is} without its past`)
    const isInSight = await findAccount(portal, old, account).then(
      () => true,
      (error) => {
        if (error instanceof NotFound) return false
        throw error
      },
    )
    if (isInSight) throw new Error(`account ${account} is at ${is}, and in sight at ${was}`)
  }
}
