import type { FastifyReply } from 'fastify'
import { may } from '../../access/actor.ts'
import { ACCOUNT_STATUSES, MAILBOX_TYPES } from '../../directory/account.ts'
import { dayOf, PRESENT_STATUSES } from '../../directory/account-filter.ts'
import { findAccounts } from '../../directory/find-accounts.ts'
import { findSpellings } from '../../directory/find-spellings.ts'
import { findOrganisation } from '../../directory/organisation.ts'
import { type FormError, field, formErrors } from '../form.ts'
import type { PageRequest } from '../request.ts'
import { type Asked, askedFor, asksForEveryone, filterOf, listHref, parametersOf } from './asked.ts'
import { barOf } from './bar.ts'
import { filterWords } from './filter-words.ts'
import { keepList } from './last-list.ts'
import { columnsToChoose, keepColumns } from './list-columns.ts'
import { headingOf, pagingOf, rowOf } from './list-view.ts'
import { notInFile } from './not-in-file.ts'

const MOST_SPELLINGS = 5

/** More than so many are exported in the background. */
const MOST_AT_ONCE = 5_000

/** The accounts of the organisation in the header: searched, filtered, sorted, a page of them. */
export async function showAccounts(request: PageRequest, reply: FastifyReply) {
  const { portal, actor, organisation, query } = request
  const asked = askedFor(query)
  if (field(query, 'columns') === 'chosen') {
    keepColumns(request, reply)
    return reply.goTo(listHref(asked))
  }
  const errors = errorsOf(asked)
  const { accounts, total = 0 } =
    errors.length > 0 ? { accounts: [] } : await findAccounts(portal, actor, wanted(organisation.id, asked))
  if (accounts.length === 0 && total > 0)
    return reply.goTo(listHref(asked, { page: Math.ceil(total / asked.size) }))
  keepList(request, reply, listHref(asked))
  const choices = columnsToChoose(request)
  const columns = choices.filter(({ isShown }) => isShown)
  return reply.page('accounts/list.njk', {
    asked,
    errors,
    isEveryone: asksForEveryone(asked),
    whom: errors.length > 0 ? '' : filterWords(filterOf(asked)),
    mayAdd: may(actor, 'change-accounts', organisation.id) && !organisation.closed,
    mayTakeOn: may(actor, 'transfer', organisation.id) && !organisation.closed,
    mayAct: may(actor, 'change-status', organisation.id) && !organisation.closed,
    rows: accounts.map((account) => rowOf(account, columns)),
    total,
    bar: barOf(request, asked),
    ticked: field(query, 'ticked') === 'page',
    wholePageHref: `/accounts?${new URLSearchParams([...parametersOf(asked), ['ticked', 'page']])}`,
    exportable: asked.statuses.some((status) => (PRESENT_STATUSES as readonly string[]).includes(status)),
    exportsAtOnce: total <= MOST_AT_ONCE,
    query: new URLSearchParams(parametersOf(asked)).toString(),
    file: await notInFile(request, asked),
    choices,
    headings: [{ heading: 'Name', sort: 'name' } as const, ...columns].map((column) =>
      headingOf(column, asked),
    ),
    ...(await formOf(request, asked)),
    ...pagingOf(asked, accounts.length, total),
    ...(total === 0 && errors.length === 0 ? await helpToFind(request, asked) : {}),
  })
}

function wanted(organisationId: number, asked: Asked) {
  const { sort, direction, size, page } = asked
  const order = { sort, direction, limit: size, skip: (page - 1) * size }
  return { organisationId, ...filterOf(asked), ...order }
}

function errorsOf({ changedSince }: Asked): FormError[] {
  try {
    if (changedSince !== '') dayOf(changedSince)
    return []
  } catch (error) {
    return formErrors(error)
  }
}

async function formOf({ portal, actor, organisation }: PageRequest, asked: Asked) {
  const { sites, units } = await findOrganisation(portal, actor, { id: organisation.id })
  const places = (known: readonly { name: string }[]) => known.map(({ name }) => name)
  const kept = (names: readonly string[]) => parametersOf(asked).filter(([name]) => names.includes(name))
  return {
    statuses: ACCOUNT_STATUSES.map((value) => ({ value, checked: asked.statuses.includes(value) })),
    types: options(MAILBOX_TYPES, asked.type),
    units: options(places(units), asked.unit),
    sites: options(places(sites), asked.site),
    order: kept(['sort', 'direction', 'size', 'notInUpload']),
    parameters: parametersOf(asked),
    clearHref: listHref(askedFor(Object.fromEntries(kept(['sort', 'direction', 'size'])))),
  }
}

function options(values: readonly string[], chosen: string) {
  return [
    { value: '', text: 'Any', selected: chosen === '' },
    ...values.map((value) => ({ value, text: value, selected: value === chosen })),
  ]
}

/** For who found nobody: what was looked for, who is called nearly so, and where else to look. */
async function helpToFind({ portal, actor, organisation }: PageRequest, asked: Asked) {
  const { search, statuses } = asked
  const wanted = { organisationId: organisation.id, search, limit: MOST_SPELLINGS }
  const spellings = search === '' ? [] : await findSpellings(portal, actor, wanted)
  const showsGone = statuses.includes('Leaver') && statuses.includes('Deleted')
  return {
    lookedFor: filterWords(filterOf(asked)),
    spellings: spellings.map((text) => ({ text, href: listHref(asked, { search: text }) })),
    goneHref: showsGone ? null : listHref(asked, { statuses: ACCOUNT_STATUSES }),
  }
}
