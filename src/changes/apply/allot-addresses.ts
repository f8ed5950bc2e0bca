import type { Transaction } from '../../database/open.ts'
import { addressParts, foldKey, withNumber } from '../../directory/address-name.ts'
import { noteAllotted } from './store-outcomes.ts'
import type { Chunk } from './write-accounts.ts'
import { highestNumbers, insertAddresses } from './write-addresses.ts'

type NewAccount = { row: number; accountId: number; proposed: string }

/**
 * Gives each new account the address that was proposed for it, or where somebody has that one, of whichever
 * organisation, the next number: never a failure. Another apply may take an address at the same moment: then the next one is tried.
 */
export async function allotAddresses(
  tx: Transaction,
  chunk: Chunk,
  accounts: readonly NewAccount[],
): Promise<void> {
  let waiting = accounts.map((account) => ({ ...account, ...addressParts(account.proposed) }))
  for (let round = 0; waiting.length > 0; round++) {
    if (round > 0) await takeNextNumbers(tx, chunk, waiting)
    const wanted = waiting.map(({ row, accountId, base, number, domain }) => {
      const address = `${withNumber(base, number)}@${domain}`
      return { row, accountId, address, key: foldKey(address), base, number, isPrimary: true }
    })
    const given = new Set(await insertAddresses(tx, distinct(wanted)))
    const taken = new Set(wanted.filter(({ key }) => given.delete(key)).map(({ row }) => row))
    if (round > 0)
      await noteAllotted(
        tx,
        chunk,
        wanted.filter(({ row }) => taken.has(row)),
      )
    waiting = waiting.filter(({ row }) => !taken.has(row))
  }
}

/** Two who want one address don't get it both. */
function distinct<T extends { key: string }>(wanted: readonly T[]): T[] {
  const keys = new Set<string>()
  return wanted.filter(({ key }) => !keys.has(key) && keys.add(key))
}

async function takeNextNumbers(
  tx: Transaction,
  { organisationIds }: Chunk,
  waiting: { base: string; number: number }[],
): Promise<void> {
  const highest = await highestNumbers(tx, organisationIds, [...new Set(waiting.map((one) => one.base))])
  for (const one of waiting) {
    // Addresses of other bases are looked at too, since somebody may have chosen this one for another name.
    one.number = Math.max(highest.get(one.base) ?? 1, one.number) + 1
    highest.set(one.base, one.number)
  }
}
