import type { Transaction } from '../../database/open.ts'
import type { Match } from './match-accounts.ts'
import { allotAccountIds } from './store-plan.ts'
import type { Mode } from './wanted.ts'

/** Sets account IDs aside for the rows of a batch that may create, with one query. */
export async function accountIdPool(
  tx: Transaction,
  matches: readonly Match[],
  mode: Mode,
): Promise<() => number> {
  const strangers = mode === 'update' ? 0 : matches.filter((match) => !match.byId && !match.byLocalId).length
  const ids = (await allotAccountIds(tx, strangers)).reverse()
  return () => {
    const id = ids.pop()
    if (id === undefined) throw new Error('more rows would create accounts than IDs were set aside')
    return id
  }
}
