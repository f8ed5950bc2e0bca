import type { FastifyReply } from 'fastify'
import { may } from '../../access/actor.ts'
import { ACCOUNT_STATUSES, MAILBOX_TYPES } from '../../directory/account.ts'
import { type AccountFilters, findAccounts } from '../../directory/find-accounts.ts'
import { ACCOUNT_SORTS } from '../../directory/order-sql.ts'
import { findOrganisation } from '../../directory/organisation.ts'
import { type Fields, field } from '../form.ts'
import { link } from '../link.ts'
import type { PageRequest } from '../request.ts'
import { ACCOUNT_TAGS } from './account-tags.ts'

const LIMIT = 50

/** The accounts of the organisation in the header: searched, filtered, sorted, fifty a page. */
export async function showAccounts({ portal, actor, organisation, query }: PageRequest, reply: FastifyReply) {
  const { sites, units } = await findOrganisation(portal, actor, { id: organisation.id })
  const asked = askedFor(query)
  const after = field(query, 'after')
  const { accounts, next, total } = await findAccounts(portal, actor, {
    organisationId: organisation.id,
    limit: LIMIT,
    ...filtersOf(asked),
    ...(after ? { after } : {}),
  })
  const filtered = [asked.status, asked.type, asked.unit, asked.site].some((value) => value !== '')
  return reply.page('accounts/list.njk', {
    asked,
    filtered,
    mayAdd: may(actor, 'change-accounts', organisation.id) && !organisation.closed,
    clearHref: link('/accounts', { search: asked.search, sort: asked.sort }),
    accounts: accounts.map((account) => ({ ...account, tag: ACCOUNT_TAGS[account.status] })),
    total,
    statuses: options(ACCOUNT_STATUSES, 'Any but deleted', asked.status),
    types: options(MAILBOX_TYPES, 'Any', asked.type),
    units: options(
      units.map(({ name }) => name),
      'Any',
      asked.unit,
    ),
    sites: options(
      sites.map(({ name }) => name),
      'Any',
      asked.site,
    ),
    sorts: Object.fromEntries(ACCOUNT_SORTS.map((sort) => [sort, link('/accounts', { ...asked, sort })])),
    page: {
      firstHref: after ? link('/accounts', asked) : null,
      nextHref: next === null ? null : link('/accounts', { ...asked, after: next }),
    },
  })
}

type Asked = Record<'search' | 'status' | 'type' | 'unit' | 'site' | 'sort', string>

function askedFor(query: Fields): Asked {
  const oneOf = (name: string, values: readonly string[]) =>
    values.find((value) => value === field(query, name)) ?? ''
  return {
    search: field(query, 'search'),
    status: oneOf('status', ACCOUNT_STATUSES),
    type: oneOf('type', MAILBOX_TYPES),
    unit: field(query, 'unit'),
    site: field(query, 'site'),
    sort: oneOf('sort', ACCOUNT_SORTS),
  }
}

function filtersOf(asked: Asked): Partial<AccountFilters> {
  return Object.fromEntries(
    Object.entries(asked).filter(([, value]) => value !== ''),
  ) as Partial<AccountFilters>
}

function options(values: readonly string[], any: string, chosen: string) {
  return [
    { value: '', text: any, selected: chosen === '' },
    ...values.map((value) => ({ value, text: value, selected: value === chosen })),
  ]
}
