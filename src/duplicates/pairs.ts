import type { MatchedAccount } from '../changes/plan/find-matches.ts'
import { compareResemblances, strengthOf } from '../changes/plan/likely-same-person.ts'
import { accountsLike } from '../changes/plan/similar-accounts.ts'
import type { Transaction } from '../database/open.ts'
import type { FoundPair } from './store.ts'

/**
 * The pairs in which these accounts are with others that are likely to be of the same person, each once.
 * @param nearIds as of `accountsLike`
 */
export async function pairsOf(
  tx: Transaction,
  organisationId: number,
  accounts: readonly MatchedAccount[],
  nearIds: 'all' | 'greater' = 'greater',
): Promise<FoundPair[]> {
  const alike = await accountsLike(tx, organisationId, accounts, nearIds)
  const pairs = new Map<string, FoundPair>()
  for (const [at, account] of accounts.entries()) {
    for (const { account: similar, why, names } of alike[at] ?? []) {
      const [one, other] = account.id < similar.id ? [account, similar] : [similar, account]
      const key = `${one.id} ${other.id}`
      const found = { why, names }
      const before = pairs.get(key)
      if (before !== undefined && compareResemblances(before.found, found) <= 0) continue
      pairs.set(key, {
        ...{ one: one.id, other: other.id, oneVersion: one.version, otherVersion: other.version },
        ...{ found, strength: strengthOf(found) },
      })
    }
  }
  return [...pairs.values()]
}
