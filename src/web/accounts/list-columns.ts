import type { FastifyReply } from 'fastify'
import type { Account } from '../../directory/account.ts'
import type { AccountSort } from '../../directory/order-sql.ts'
import { fieldList } from '../form.ts'
import { cookieName, cookieRules } from '../load-session.ts'
import type { PageRequest } from '../request.ts'
import { valueWords } from './field-words.ts'

/** A column of the list, beside the name; `short` is never broken into lines. */
export type Column = {
  id: string
  heading: string
  sort?: AccountSort
  short?: true
  text: (account: Account) => string
}

const COLUMNS: readonly Column[] = [
  {
    id: 'localId',
    heading: 'Local ID',
    sort: 'localId',
    short: true,
    text: ({ localId }) => localId ?? '',
  },
  { id: 'address', heading: 'E-mail address', text: ({ address }) => address ?? '' },
  { id: 'jobTitle', heading: 'Job title', sort: 'jobTitle', text: ({ jobTitle }) => jobTitle ?? '' },
  {
    id: 'department',
    heading: 'Department',
    sort: 'department',
    text: ({ department }) => department ?? '',
  },
  { id: 'unit', heading: 'Unit', sort: 'unit', text: ({ organisationalUnit }) => organisationalUnit ?? '' },
  { id: 'site', heading: 'Site', sort: 'site', text: ({ site }) => site ?? '' },
  { id: 'mobile', heading: 'Mobile', short: true, text: ({ mobile }) => valueWords(mobile, 'mobile') },
  { id: 'telephone', heading: 'Telephone', text: ({ telephone }) => telephone ?? '' },
  { id: 'type', heading: 'Type', text: ({ mailboxType }) => mailboxType },
  { id: 'status', heading: 'Status', sort: 'status', short: true, text: ({ status }) => status },
  { id: 'updated', heading: 'Updated', sort: 'updated', short: true, text: () => '' },
]

const USUAL = ['localId', 'address', 'jobTitle', 'status', 'updated']

const YEAR_S = 365 * 24 * 3600

/** Every column there is, and whether it is shown. */
export function columnsToChoose(request: PageRequest): (Column & { isShown: boolean })[] {
  const kept = request.cookies[cookieName(request.portal, 'muster-columns')]
  const shown = kept === undefined ? USUAL : kept.split('.')
  return COLUMNS.map((column) => ({ ...column, isShown: shown.includes(column.id) }))
}

/** Keeps what was chosen, in this browser. */
export function keepColumns(request: PageRequest, reply: FastifyReply): void {
  const chosen = fieldList(request.query, 'column')
  const ids = COLUMNS.map(({ id }) => id).filter((id) => chosen.includes(id))
  const { portal } = request
  reply.setCookie(cookieName(portal, 'muster-columns'), ids.join('.'), {
    ...cookieRules(portal),
    maxAge: YEAR_S,
  })
}
