import type { Transaction } from '../../database/open.ts'
import { foldKey } from '../../directory/address-name.ts'
import type { Base } from './base-values.ts'
import { type MatchedAccount, selectByAddress, selectByIdOrLocalId } from './find-matches.ts'
import { meantKeys, onlyOne, zeroVariants } from './meant-local-ids.ts'
import { type Similar, similarAccounts } from './similar-accounts.ts'
import type { Wanted } from './wanted.ts'

/** What a row reaches, by its ID or by an address in its place. `similar` is looked for only where nothing was reached. */
export type Match = {
  byId: MatchedAccount | null
  byLocalId: MatchedAccount | null
  similar: Similar | { account: MatchedAccount; why: 'leading-zeros' } | null
  /** The only account that the local ID would reach, were it not damaged. */
  meant?: MatchedAccount | null
  /** What the account said when it was seen, where others have written to it since. */
  base?: Base
}

/**
 * Matches a batch of rows with the organisation’s accounts: one query, one more where rows have only an address, and two
 * where rows reach nobody.
 */
export async function matchAccounts(
  tx: Transaction,
  organisationId: number,
  rows: readonly Wanted[],
): Promise<Match[]> {
  if (rows.length === 0) return []
  const wanted = rows.map(({ id, localId }) => ({
    id,
    localIdKey: localId === null ? null : foldKey(localId),
  }))
  const accounts = await selectByIdOrLocalId(
    tx,
    organisationId,
    distinct(wanted, ({ id, localIdKey }) => `${id} ${localIdKey}`),
  )
  const byId = new Map(accounts.map((account) => [account.id, account]))
  const byKey = new Map(accounts.map((account) => [account.localIdKey, account]))
  const matches = wanted.map(
    ({ id, localIdKey }): Match => ({
      byId: id === null ? null : (byId.get(id) ?? null),
      byLocalId: localIdKey === null ? null : (byKey.get(localIdKey) ?? null),
      similar: null,
    }),
  )
  await matchByAddress(tx, organisationId, rows, matches)
  const strangers = rows.flatMap((row, at) => {
    const match = matches[at] as Match
    return match.byId === null && match.byLocalId === null ? [{ row, match }] : []
  })
  if (strangers.length > 0) await lookForSimilar(tx, organisationId, strangers)
  return matches
}

async function matchByAddress(
  tx: Transaction,
  organisationId: number,
  rows: readonly Wanted[],
  matches: readonly Match[],
): Promise<void> {
  const keys = new Set(rows.flatMap(({ address }) => (address === undefined ? [] : [foldKey(address)])))
  if (keys.size === 0) return
  const accounts = await selectByAddress(tx, organisationId, [...keys])
  for (const [at, { address }] of rows.entries()) {
    if (address !== undefined) (matches[at] as Match).byId = accounts.get(foldKey(address)) ?? null
  }
}

async function lookForSimilar(
  tx: Transaction,
  organisationId: number,
  strangers: readonly { row: Wanted; match: Match }[],
): Promise<void> {
  const variants = new Set(strangers.flatMap(({ row }) => [...zeroVariants(row.localId), ...meantKeys(row)]))
  const wanted = [...variants].map((localIdKey) => ({ id: null, localIdKey }))
  const byZeros = await selectByIdOrLocalId(tx, organisationId, wanted)
  const zeros = new Map(byZeros.map((account) => [account.localIdKey, account]))
  const rows = strangers.map(({ row }) => row)
  const alike = await similarAccounts(tx, organisationId, rows)
  for (const [at, { row, match }] of strangers.entries()) {
    match.meant = onlyOne(meantKeys(row), zeros)
    match.similar = withZeros(row, zeros) ?? alike[at] ?? null
  }
}

function withZeros(row: Wanted, zeros: Map<string | null, MatchedAccount>): Match['similar'] {
  const account = zeroVariants(row.localId).flatMap((key) => zeros.get(key) ?? [])[0]
  return account ? { account, why: 'leading-zeros' } : null
}

/** A thousand rows of one person ask for them once. */
function distinct<T>(items: readonly T[], key: (item: T) => string): T[] {
  return [...new Map(items.map((item) => [key(item), item])).values()]
}
