import type { Transaction } from '../database/open.ts'
import { foldKey, withNumber } from '../directory/address-name.ts'
import { highestNumbers, insertAddresses } from './store-addresses.ts'

type NewAccount = { accountId: number; proposed: string }

/**
 * Gives each new account the address that was proposed for it, or where that is taken meanwhile the next number:
 * never a failure. Another apply may take an address at the same moment: then the next one is tried.
 */
export async function allotAddresses(
  tx: Transaction,
  organisationId: number,
  accounts: readonly NewAccount[],
): Promise<void> {
  let waiting = accounts.map((account) => ({ ...account, ...parts(account.proposed) }))
  for (let round = 0; waiting.length > 0; round++) {
    if (round > 0) await takeNextNumbers(tx, organisationId, waiting)
    const wanted = waiting.map(({ accountId, base, number, domain }) => {
      const address = `${withNumber(base, number)}@${domain}`
      return { accountId, address, key: foldKey(address), base, number }
    })
    const given = new Set(await insertAddresses(tx, organisationId, wanted))
    waiting = waiting.filter((account) => !given.has(account.accountId))
  }
}

async function takeNextNumbers(
  tx: Transaction,
  organisationId: number,
  waiting: { base: string; number: number }[],
): Promise<void> {
  const highest = await highestNumbers(tx, organisationId, [...new Set(waiting.map((one) => one.base))])
  for (const one of waiting) {
    one.number = (highest.get(one.base) ?? 1) + 1
    highest.set(one.base, one.number)
  }
}

/** `jane.smith2@x` is `jane.smith`, 2, `x`. A base has no digits, but for `staff.ACCOUNTID`, which is never numbered. */
function parts(address: string): { base: string; number: number; domain: string } {
  const [local = '', domain = ''] = address.split('@')
  const numbered = /^(.*[^\d.])(\d+)$/.exec(local)
  return { base: numbered?.[1] ?? local, number: Number(numbered?.[2] ?? 1), domain }
}
