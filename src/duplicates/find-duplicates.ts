import { type Actor, asActor } from '../access/actor.ts'
import { selectAccounts } from '../changes/plan/find-matches.ts'
import type { Resemblance } from '../changes/plan/likely-same-person.ts'
import type { Transaction } from '../database/open.ts'
import type { Account } from '../directory/account.ts'
import { findAccountsOf } from '../directory/find-accounts.ts'
import { findOrganisation } from '../directory/organisation.ts'
import { InvalidInput } from '../errors.ts'
import type { Portal } from '../portal.ts'
import { pairsOf } from './pairs.ts'
import {
  countPairs,
  deletePairs,
  type PairPlace,
  type StoredPair,
  selectChangedPairs,
  selectPairs,
  takeJudging,
  upsertPairs,
} from './store.ts'
import { type DuplicateSearch, selectSearch } from './store-search.ts'

/** Two accounts that are likely to be of one person, the lesser ID first, and in what they are alike. */
export type Duplicate = Pick<StoredPair, 'foundAt' | 'notSame' | 'changeSet'> & {
  accounts: readonly [Account, Account]
  found: Resemblance
}

export type Duplicates = {
  duplicates: Duplicate[]
  /** To ask for those that follow; null at the end. */
  next: string | null
  counts: { open: number; notSame: number }
  /** The last search; null where there was none. */
  search: DuplicateSearch | null
}

/**
 * The pairs of an organisation that are to be judged, or of which it was said that they are not the same; the most alike
 * first. Those that were changed since are compared again before that.
 * @throws NotFound when the organisation isn't in scope; InvalidInput for an `after` that is none of ours
 */
export async function findDuplicates(
  portal: Portal,
  actor: Actor,
  wanted: { organisationCode: string; notSame?: boolean; after?: string; limit: number },
): Promise<Duplicates> {
  const { id } = await findOrganisation(portal, actor, { code: wanted.organisationCode })
  const { notSame = false, after, limit } = wanted
  const place = after === undefined ? {} : { after: placeOf(after) }
  const page = await asActor(portal, actor, 'read-accounts', async (tx, scope) => {
    await judgeAgain(portal, tx, id)
    const pairs = await selectPairs(tx, scope, id, { notSame, ...place, limit: limit + 1 })
    return { pairs, counts: await countPairs(tx, scope, id), search: await selectSearch(tx, scope, id) }
  })
  const pairs = page.pairs.slice(0, limit)
  const accounts = await findAccountsOf(
    portal,
    actor,
    pairs.flatMap(({ one, other }) => [one, other]),
  )
  const last = page.pairs.length > limit ? pairs.at(-1) : undefined
  return {
    ...{ counts: page.counts, search: page.search },
    next: last ? [last.strength, last.one, last.other].join('-') : null,
    duplicates: pairs.flatMap(({ one, other, foundAt, notSame, changeSet, found }) => {
      const [first, second] = [accounts.get(one), accounts.get(other)]
      return first && second ? [{ accounts: [first, second], found, foundAt, notSame, changeSet }] : []
    }),
  }
}

/** The last search of an organisation; null where there was none. @throws NotFound when it isn't in scope */
export async function findSearch(
  portal: Portal,
  actor: Actor,
  organisationCode: string,
): Promise<DuplicateSearch | null> {
  const { id } = await findOrganisation(portal, actor, { code: organisationCode })
  return asActor(portal, actor, 'read-accounts', (tx, scope) => selectSearch(tx, scope, id))
}

/** So many are compared again while somebody waits; the others the next time. */
const MOST_AGAIN = 500

async function judgeAgain(portal: Portal, tx: Transaction, organisationId: number): Promise<void> {
  const changed = await selectChangedPairs(tx, organisationId, MOST_AGAIN)
  if (changed.length === 0 || !(await takeJudging(tx, organisationId))) return
  const ids = new Set(changed.flatMap(({ one, other }) => [one, other]))
  const pairs = await pairsOf(tx, organisationId, await selectAccounts(tx, organisationId, [...ids]), 'all')
  const areAlike = new Set(pairs.map(({ one, other }) => `${one} ${other}`))
  await upsertPairs(tx, organisationId, pairs, portal.clock.now())
  await deletePairs(
    tx,
    organisationId,
    changed.filter(({ one, other }) => !areAlike.has(`${one} ${other}`)),
  )
}

function placeOf(after: string): PairPlace {
  const [, strength, one, other] = /^(\d{1,3})-(\d{1,15})-(\d{1,15})$/.exec(after) ?? []
  if (other === undefined) throw new InvalidInput('This is no place in the list.', { field: 'after' })
  return { strength: Number(strength), one: Number(one), other: Number(other) }
}
