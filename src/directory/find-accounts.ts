import sql, { empty, type Sql } from 'sql-template-tag'
import { type Actor, asActor, may } from '../access/actor.ts'
import { inScope } from '../access/scope-sql.ts'
import type { Scope, Transaction } from '../database/open.ts'
import { Forbidden, NotFound } from '../errors.ts'
import type { Portal } from '../portal.ts'
import type { Account } from './account.ts'
import type { AccountFilter } from './account-filter.ts'
import { displayName } from './address-name.ts'
import { is, type Matching, matching } from './filter-sql.ts'
import {
  type AccountSort,
  comesAfter,
  type Direction,
  nextAfter,
  orderBy,
  orderOf,
  placeInOrder,
} from './order-sql.ts'

export type AccountFilters = AccountFilter & {
  organisationId?: number
  organisationCode?: string
  /** By name when left out. */
  sort?: AccountSort
  /** When left out: ascending, and the newest first where the order is that of changes. */
  direction?: Direction
  /** The `next` of the page before. */
  after?: string
  /** How many to pass over, where pages are told by their number. */
  skip?: number
  limit: number
  /** Whether to count all that match (yes, when left out). */
  count?: boolean
}

/**
 * One page of the accounts that the actor may see and that match, in the order of `sort`.
 * @returns `next`, to ask for the page that follows, null on the last one; `total` of all pages
 * @throws NotFound for an organisation code that isn't in scope; InvalidInput for an `after` that is none of ours, and a
 * day that is none; Forbidden for who asks about a file and may see none
 */
export async function findAccounts(
  portal: Portal,
  actor: Actor,
  filters: AccountFilters,
): Promise<{ accounts: Account[]; next: string | null; total?: number }> {
  return asActor(portal, actor, 'read-accounts', async (tx, scope) => {
    requireFilter(actor, filters, filters.organisationId)
    const matched = matching(filters, scope, await organisationOf(tx, scope, filters))
    const { after, limit, skip = 0 } = filters
    const order = orderOf(filters)
    // The page's accounts are found first, so that what is shown isn't read for those who are passed over.
    const ofPage = sql`select a.id from account a
      where ${matched.where} ${after === undefined ? empty : sql`and ${comesAfter(order, after)}`}
      order by ${orderBy(order)} limit ${limit + 1} offset ${skip}`
    const found = await tx.rows<Found>(sql`${matched.searched}
      ${ACCOUNT}, ${placeInOrder(order)} as place, ${matched.total} as total ${FROM}
      where a.id in (${ofPage}) order by ${orderBy(order)}`)
    const page = found.slice(0, limit)
    const last = page.at(-1)
    const next = found.length > limit && last ? nextAfter(last.place) : null
    const accounts = page.map(({ place: _place, total: _total, ...row }) => accountOf(row))
    if (filters.count === false) return { accounts, next }
    const isWhole = after === undefined && skip === 0 && next === null
    return { accounts, next, total: isWhole ? accounts.length : (last?.total ?? (await count(tx, matched))) }
  })
}

/** @throws NotFound when there is none, or none in scope */
export async function findAccount(portal: Portal, actor: Actor, id: number): Promise<Account> {
  return asActor(portal, actor, 'read-accounts', async (tx, scope) => {
    const row = Number.isSafeInteger(id)
      ? await tx.row<AccountRow>(
          sql`${ACCOUNT} ${FROM} where a.id = ${id} and ${inScope(scope, 'a.organisation_id')}`,
        )
      : undefined
    if (row === undefined) throw new NotFound('There is no such account.')
    return accountOf(row)
  })
}

/** Those of these accounts that the actor may see, by their IDs. */
export async function findAccountsOf(
  portal: Portal,
  actor: Actor,
  ids: readonly number[],
): Promise<Map<number, Account>> {
  return asActor(portal, actor, 'read-accounts', async (tx, scope) => {
    const rows = await tx.rows<AccountRow>(
      sql`${ACCOUNT} ${FROM} where a.id = any(${[...ids]}::bigint[]) and ${inScope(scope, 'a.organisation_id')}`,
    )
    return new Map(rows.map((row) => [row.id, accountOf(row)]))
  })
}

/** The organisation's accounts that match, in the order of their IDs, for whatever reads all of them a piece at a time. */
export async function accountsAfterId(
  tx: Transaction,
  organisationId: number,
  { afterId, limit, filter }: { afterId: number; limit: number; filter: AccountFilter },
): Promise<Account[]> {
  const { searched, where } = matching(filter, 'everything', organisationId)
  const rows = await tx.rows<AccountRow>(sql`${searched} ${ACCOUNT} ${FROM}
    where ${where} and a.id > ${afterId} order by a.id limit ${limit}`)
  return rows.map(accountOf)
}

/** @throws Forbidden for who asks about a file and may see none */
export function requireFilter(
  actor: Actor,
  { notInUpload }: AccountFilter,
  organisationId: number | undefined,
): void {
  if (notInUpload !== undefined && !may(actor, 'read-uploads', organisationId))
    throw new Forbidden('Your role does not show you files.')
}

type AccountRow = Omit<Account, 'displayName' | 'organisation'> & {
  organisationId: number
  organisationCode: string
  organisationName: string
}

type Found = AccountRow & { place: (string | null)[]; total: number | null }

const ACCOUNT: Sql = sql`
  select a.id, a.local_id as "localId", a.title, a.first_name as "firstName", a.middle_name as "middleName",
    a.last_name as "lastName", a.known_as as "knownAs", a.job_title as "jobTitle", a.department, a.site,
    a.organisational_unit as "organisationalUnit", a.mobile, a.hide_mobile as "hideMobile", a.telephone,
    a.secondary_email as "secondaryEmail", a.description, a.hide_from_directory as "hideFromDirectory",
    a.starts_on as "startsOn",
    a.status, a.status_changed_at as "statusChangedAt", a.mailbox_type as "mailboxType", a.version, a.created_at as "createdAt", a.updated_at as "updatedAt",
    w.name as "updatedBy", o.id as "organisationId", o.code as "organisationCode", o.name as "organisationName",
    (select address from address where account_id = a.id and is_primary) as address,
    array(select address from address where account_id = a.id and not is_primary order by address_key)
      as "otherAddresses"`

const FROM: Sql = sql`
  from account a join organisation o on o.id = a.organisation_id join administrator w on w.id = a.updated_by`

function accountOf(row: AccountRow): Account {
  const { organisationId, organisationCode, organisationName, ...account } = row
  return {
    ...account,
    organisation: { id: organisationId, code: organisationCode, name: organisationName },
    displayName: displayName(account, organisationCode),
  }
}

async function organisationOf(
  tx: Transaction,
  scope: Scope,
  filters: AccountFilters,
): Promise<number | undefined> {
  if (filters.organisationCode === undefined) return filters.organisationId
  const found = await tx.row<{ id: number }>(
    sql`select id from organisation where ${is('code', filters.organisationCode.toUpperCase())} and ${inScope(scope, 'id')}`,
  )
  if (found === undefined) throw new NotFound('There is no such organisation.')
  return found.id
}

async function count(tx: Transaction, { searched, where }: Matching): Promise<number> {
  const counted = await tx.row<{ total: number }>(
    sql`${searched} select count(*) as total from account a where ${where}`,
  )
  return counted?.total ?? 0
}
