import { z } from 'zod'
import { inWhat } from '../../../changes/plan/plan-problems.ts'
import { findDuplicates, findSearch } from '../../../duplicates/find-duplicates.ts'
import { startSearch } from '../../../duplicates/search.ts'
import type { DuplicateSearch } from '../../../duplicates/store-search.ts'
import { NotFound } from '../../../errors.ts'
import { AccountAnswer, accountAnswer } from '../accounts/account-schema.ts'
import { endpoint } from '../endpoint.ts'
import { afterPlace, limit, organisationCode, yesOrNo } from '../parameters.ts'

const Search = z
  .object({
    status: z.enum(['running', 'completed', 'failed']),
    askedBy: z.string(),
    begunAt: z.date(),
    endedAt: z.date().nullable(),
    progress: z.object({ done: z.int(), total: z.int() }),
    reason: z.string().nullable().describe('Why it failed.'),
  })
  .meta({ id: 'DuplicateSearch' })

const DuplicatesAnswer = z.object({
  duplicates: z.array(
    z.object({
      accounts: z.array(AccountAnswer).describe('Two, the lesser ID first.'),
      why: z.enum(['name-and-mobile', 'secondary-email', 'near-local-id', 'name-and-job']),
      names: z.enum(['same', 'alike', 'first']).describe('How far their names agree.'),
      reason: z.string().describe('The same in words.'),
      foundAt: z.date(),
      notSame: z
        .object({ by: z.string(), at: z.date() })
        .nullable()
        .describe('Who said that they are two people.'),
      changeSet: z.int().nullable().describe('The change set under way that makes one of them a leaver.'),
    }),
  ),
  next: z.string().nullable(),
  counts: z.object({ open: z.int(), notSame: z.int() }),
  search: Search.nullable().describe('The last search; null where there was none.'),
})

export const listOfDuplicates = endpoint({
  operationId: 'listDuplicates',
  summary: 'Pairs of accounts that are likely to be of one person, the most alike first',
  query: z.strictObject({
    organisation: organisationCode,
    notSame: yesOrNo.exactOptional().describe('Those of which it was said that they are not the same.'),
    after: afterPlace,
    limit,
  }),
  returns: DuplicatesAnswer,
  handle: async ({ portal, actor, query: { organisation, ...query } }) => {
    const found = await findDuplicates(portal, actor, { organisationCode: organisation, ...query })
    return {
      ...found,
      search: found.search && searchAnswer(found.search),
      duplicates: found.duplicates.map(({ accounts, found: alike, changeSet, ...pair }) => ({
        ...{ ...pair, ...alike, reason: inWhat(alike) },
        accounts: accounts.map(accountAnswer),
        changeSet: changeSet?.id ?? null,
      })),
    }
  },
})

export const searchForDuplicates = endpoint({
  operationId: 'searchDuplicates',
  summary: 'Compares all accounts of an organisation with each other, in the background',
  query: z.strictObject({ organisation: organisationCode }),
  status: 202,
  returns: Search,
  handle: async ({ portal, actor, query: { organisation } }) =>
    searchAnswer(await startSearch(portal, actor, organisation)),
})

export const showDuplicateSearch = endpoint({
  operationId: 'showDuplicateSearch',
  summary: 'How far the last search for accounts of one person has come',
  query: z.strictObject({ organisation: organisationCode }),
  returns: Search,
  handle: async ({ portal, actor, query: { organisation } }) => {
    const search = await findSearch(portal, actor, organisation)
    if (search === null) throw new NotFound('Nobody has searched this organisation yet.')
    return searchAnswer(search)
  },
})

function searchAnswer({ reason, ...search }: DuplicateSearch): z.output<typeof Search> {
  return { ...search, reason: reason?.message ?? null }
}
