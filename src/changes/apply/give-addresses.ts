import type { Transaction } from '../../database/open.ts'
import { addressParts, foldKey } from '../../directory/address-name.ts'
import type { FieldValues } from '../change.ts'
import { choosePrimary, deleteAddresses, insertAddresses, type WantedAddress } from './write-addresses.ts'

type Giving = {
  row: { accountId: number }
  /** What the account has: `emailAddress` and `aliases`. */
  now: FieldValues
  /** What is written to it; without these two fields, or null, its addresses stay as they are. */
  toWrite: FieldValues | null
}

/**
 * Gives accounts the addresses that their rows want: all of a row's or none.
 * @returns of the accounts that stay as they were, the address that is somebody else's
 */
export async function giveAddresses(
  tx: Transaction,
  givings: readonly Giving[],
): Promise<Map<number, string>> {
  const accounts = givings.flatMap(({ row, now, toWrite }) =>
    toWrite && ('emailAddress' in toWrite || 'aliases' in toWrite)
      ? [compare(row.accountId, now, { ...now, ...toWrite })]
      : [],
  )
  if (accounts.length === 0) return new Map()
  const missing = accounts.flatMap(({ missing: some }) => some)
  const given = new Set(missing.length > 0 ? await insertAddresses(tx, missing) : [])
  const taken = new Map<number, string>()
  for (const { accountId, key, address } of missing) if (!given.has(key)) taken.set(accountId, address)
  await deleteAddresses(
    tx,
    accounts.flatMap(({ accountId, missing: some, surplus }) =>
      taken.has(accountId)
        ? some.filter(({ key }) => given.has(key))
        : surplus.map((key) => ({ accountId, key })),
    ),
  )
  await choosePrimary(
    tx,
    accounts.flatMap(({ accountId, primary }) =>
      primary === null || taken.has(accountId) ? [] : [{ accountId, key: primary }],
    ),
  )
  return taken
}

function compare(accountId: number, now: FieldValues, then: FieldValues) {
  const had = new Set(listOf(now).map(foldKey))
  const shall = new Map(listOf(then).map((address) => [foldKey(address), address]))
  return {
    accountId,
    primary: typeof then.emailAddress === 'string' ? foldKey(then.emailAddress) : null,
    missing: [...shall].flatMap(([key, address]): WantedAddress[] => {
      const { base, number } = addressParts(address)
      return had.has(key) ? [] : [{ accountId, address, key, base, number, isPrimary: false }]
    }),
    surplus: [...had].filter((key) => !shall.has(key)),
  }
}

function listOf({ emailAddress, aliases }: FieldValues): string[] {
  return [emailAddress, aliases].flat().filter((address) => typeof address === 'string')
}
