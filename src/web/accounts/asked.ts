import {
  ACCOUNT_STATUSES,
  type AccountStatus,
  MAILBOX_TYPES,
  type MailboxType,
} from '../../directory/account.ts'
import { type AccountFilter, PRESENT_STATUSES } from '../../directory/account-filter.ts'
import { DUE_STATUSES } from '../../directory/due.ts'
import { ACCOUNT_SORTS, type AccountSort, type Direction, usualDirection } from '../../directory/order-sql.ts'
import { type Fields, field, fieldList } from '../form.ts'

/** Accounts on a page, to choose from. */
export const SIZES = [50, 100, 200] as const

/** What of the list of people is asked for, as its address and its forms say it. */
export type Asked = {
  search: string
  statuses: readonly AccountStatus[]
  type: MailboxType | ''
  unit: string
  site: string
  changedSince: string
  noLocalId: boolean
  hidden: boolean
  due: boolean
  notInUpload: number | null
  sort: AccountSort
  direction: Direction
  size: number
  page: number
}

export function askedFor(fields: Fields | undefined): Asked {
  const statuses = ACCOUNT_STATUSES.filter((status) => fieldList(fields, 'status').includes(status))
  const due = field(fields, 'due') === 'yes'
  const sort = ACCOUNT_SORTS.find((each) => each === field(fields, 'sort')) ?? 'name'
  const direction = field(fields, 'direction')
  return {
    search: field(fields, 'search'),
    statuses: statuses.length > 0 ? statuses : due ? DUE_STATUSES : PRESENT_STATUSES,
    type: MAILBOX_TYPES.find((type) => type === field(fields, 'type')) ?? '',
    unit: field(fields, 'unit'),
    site: field(fields, 'site'),
    changedSince: field(fields, 'changedSince'),
    noLocalId: field(fields, 'noLocalId') === 'yes',
    hidden: field(fields, 'hidden') === 'yes',
    due,
    notInUpload: wholeNumber(field(fields, 'notInUpload'), 15) ?? null,
    sort,
    direction: direction === 'ascending' || direction === 'descending' ? direction : usualDirection(sort),
    size: SIZES.find((size) => String(size) === field(fields, 'size')) ?? SIZES[0],
    page: wholeNumber(field(fields, 'page'), 6) || 1,
  }
}

/** Whom the list shows: what an action on all that match is about. */
export function filterOf(asked: Asked): AccountFilter {
  const { search, statuses, type, unit, site, changedSince, noLocalId, hidden, due, notInUpload } = asked
  return {
    status: statuses,
    ...(search === '' ? {} : { search }),
    ...(type === '' ? {} : { type }),
    ...(unit === '' ? {} : { unit }),
    ...(site === '' ? {} : { site }),
    ...(changedSince === '' ? {} : { changedSince }),
    ...(noLocalId ? { hasLocalId: false } : {}),
    ...(hidden ? { hidden } : {}),
    ...(due ? { dueWithin: 'announced' as const } : {}),
    ...(notInUpload === null ? {} : { notInUpload }),
  }
}

/** The list's parameters, for addresses and hidden fields; what is usual is left out. */
export function parametersOf(asked: Asked): [name: string, value: string][] {
  const { statuses, sort, direction, size, page } = asked
  const isUsual = statuses.join() === PRESENT_STATUSES.join()
  const parameters: [string, string][] = [
    ['search', asked.search],
    ...(isUsual ? [] : statuses.map((status): [string, string] => ['status', status])),
    ['type', asked.type],
    ['unit', asked.unit],
    ['site', asked.site],
    ['changedSince', asked.changedSince],
    ['noLocalId', asked.noLocalId ? 'yes' : ''],
    ['hidden', asked.hidden ? 'yes' : ''],
    ['due', asked.due ? 'yes' : ''],
    ['notInUpload', asked.notInUpload === null ? '' : String(asked.notInUpload)],
    ['sort', sort === 'name' ? '' : sort],
    ['direction', direction === usualDirection(sort) ? '' : direction],
    ['size', size === SIZES[0] ? '' : String(size)],
    ['page', page === 1 ? '' : String(page)],
  ]
  return parameters.filter(([, value]) => value !== '')
}

/** The list's address; with other parameters it begins at its first page. */
export function listHref(asked: Asked, other: Partial<Asked> = { page: asked.page }): string {
  const query = new URLSearchParams(parametersOf({ ...asked, page: 1, ...other })).toString()
  return query === '' ? '/accounts' : `/accounts?${query}`
}

/** Nothing narrows the list down: neither words nor filters. */
export function asksForEveryone(asked: Asked): boolean {
  return listHref({ ...asked, sort: 'name', direction: 'ascending', size: SIZES[0] }, {}) === '/accounts'
}

function wholeNumber(text: string, digits: number): number | undefined {
  return /^\d+$/.test(text) && text.length <= digits ? Number(text) : undefined
}
