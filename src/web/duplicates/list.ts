import type { FastifyReply } from 'fastify'
import { may } from '../../access/actor.ts'
import { inWhat } from '../../changes/plan/plan-problems.ts'
import type { Account } from '../../directory/account.ts'
import { PERSON_FIELDS } from '../../directory/fields.ts'
import { type Duplicate, findDuplicates, findSearch } from '../../duplicates/find-duplicates.ts'
import type { DuplicateSearch } from '../../duplicates/store-search.ts'
import { count, date, number } from '../../words.ts'
import { fieldWord, valueWords } from '../accounts/field-words.ts'
import { field } from '../form.ts'
import { link } from '../link.ts'
import type { PageRequest } from '../request.ts'

const LIMIT = 10

/** Pair by pair, who is likely to be in the directory twice: both records side by side, and what can be said of them. */
export async function showDuplicates(request: PageRequest, reply: FastifyReply) {
  const { portal, actor, organisation, query } = request
  const notSame = field(query, 'show') === 'not-the-same'
  const after = field(query, 'after')
  const { duplicates, counts, next, search } = await findDuplicates(portal, actor, {
    ...{ organisationCode: organisation.code, notSame, limit: LIMIT },
    ...(after ? { after } : {}),
  })
  const show = notSame ? 'not-the-same' : undefined
  return reply.page('duplicates/list.njk', {
    ...{ counts, notSame, search },
    words: search && searchWords(search),
    mayChange: may(actor, 'change-accounts', organisation.id) && !organisation.closed,
    pairs: duplicates.map(pairView),
    page: {
      firstHref: after ? link('/duplicates', { show }) : null,
      nextHref: next === null ? null : link('/duplicates', { show, after: next }),
    },
  })
}

/** What the page asks for while a search runs. */
export async function showSearchProgress({ portal, actor, organisation }: PageRequest) {
  const search = await findSearch(portal, actor, organisation.code)
  return search
    ? { status: search.status, ...search.progress, words: searchWords(search) }
    : { status: 'none', done: 0, total: 0, words: '' }
}

function searchWords({ progress: { done, total } }: DuplicateSearch): string {
  return `${number(done)} of ${count(total, 'account')} compared`
}

function pairView({ accounts, found, notSame, changeSet }: Duplicate) {
  const [one, other] = accounts
  return {
    ...{ one, other, notSame, changeSet },
    inWhat: inWhat(found),
    sides: sidesOf(one, other).filter((side) => isTold(side.one) || isTold(side.other)),
  }
}

function sidesOf(one: Account, other: Account) {
  const both = (label: string, of: (account: Account) => string) => {
    const [ofOne, ofOther] = [of(one), of(other)]
    return { field: label, one: ofOne, other: ofOther, differs: ofOne !== ofOther }
  }
  return [
    ...PERSON_FIELDS.map((name) => both(fieldWord(name), (account) => valueWords(account[name], name))),
    both(fieldWord('emailAddress'), ({ address }) => address ?? ''),
    both(fieldWord('status'), ({ status }) => status),
    both('Created', ({ createdAt }) => date(createdAt)),
    both('Last updated', ({ updatedAt }) => date(updatedAt)),
  ]
}

function isTold(value: string): boolean {
  return value !== '' && value !== 'No'
}
