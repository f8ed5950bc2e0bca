import { type Actor, asActor, requirePermission } from '../access/actor.ts'
import { selectAccountsAfter } from '../changes/plan/find-matches.ts'
import { PRESENT_STATUSES } from '../directory/account-filter.ts'
import { findOrganisation } from '../directory/organisation.ts'
import { Conflict } from '../errors.ts'
import type { Portal } from '../portal.ts'
import { type GivenUp, portalStopped, type Reason } from '../queue/given-up.ts'
import { pairsOf } from './pairs.ts'
import { deleteFoundBefore, upsertPairs } from './store.ts'
import {
  countPresent,
  type DuplicateSearch,
  endSearch,
  insertSearch,
  noteSearched,
  selectSearch,
} from './store-search.ts'

type SearchJob = { organisationId: number }

/** Accounts that are compared with everybody in one query. */
const AT_A_TIME = 1_000

const REASONS: Record<GivenUp, Reason> = {
  failed: {
    code: 'search-failed',
    message:
      'Something went wrong on our side, so the search didn’t come to its end. What it had found is listed. Search again.',
  },
  died: portalStopped(
    'accounts were compared',
    'What was found is listed. If you search again and it happens again, tell whoever runs this portal: they can see why.',
  ),
}

/**
 * Has the accounts of an organisation compared with each other in the background; where that is under way, nothing more.
 * @throws NotFound when the organisation isn't in scope; Forbidden for who may change nobody in it; Conflict where it is closed
 */
export async function startSearch(
  portal: Portal,
  actor: Actor,
  organisationCode: string,
): Promise<DuplicateSearch> {
  const { id, closed, name } = await findOrganisation(portal, actor, { code: organisationCode })
  requirePermission(actor, 'change-accounts', id)
  if (closed) throw new Conflict(`${name} is closed: its accounts can’t be changed.`)
  return asActor(portal, actor, 'change-accounts', async (tx, scope) => {
    const total = await countPresent(tx, id)
    const by = actor.administratorId
    if (await insertSearch(tx, { organisationId: id, by, total, now: portal.clock.now() }))
      await portal.queue.send(tx, 'find-duplicates', { organisationId: id, by, rows: total })
    return (await selectSearch(tx, scope, id)) as DuplicateSearch
  })
}

/** Compares them, some at a time; found pairs are there at once. One that comes again begins anew, and finds none twice. */
export async function searchDuplicates(
  portal: Portal,
  { data: { organisationId }, signal }: { data: SearchJob; signal?: AbortSignal },
): Promise<void> {
  const scope = [organisationId]
  const search = await portal.database.transaction(scope, (tx) => selectSearch(tx, scope, organisationId))
  if (search?.status !== 'running') return
  const { begunAt } = search
  let done = 0
  for (let after: number | undefined = 0; after !== undefined; ) {
    const from: number = after
    after = await portal.database.transaction(scope, async (tx) => {
      const accounts = await selectAccountsAfter(tx, organisationId, {
        ...{ after: from, statuses: PRESENT_STATUSES, limit: AT_A_TIME },
      })
      if (accounts.length === 0) return undefined
      await upsertPairs(tx, organisationId, await pairsOf(tx, organisationId, accounts), begunAt)
      done += accounts.length
      await noteSearched(tx, organisationId, done)
      return accounts.at(-1)?.id
    })
    signal?.throwIfAborted()
  }
  await portal.database.transaction(scope, async (tx) => {
    await deleteFoundBefore(tx, organisationId, begunAt)
    await endSearch(tx, organisationId, { status: 'completed' }, portal.clock.now())
  })
}

/** Ends a search that was given up. */
export async function failSearch(portal: Portal, { organisationId }: SearchJob, why: GivenUp): Promise<void> {
  await portal.database.transaction([organisationId], (tx) =>
    endSearch(tx, organisationId, { status: 'failed', reason: REASONS[why] }, portal.clock.now()),
  )
}
