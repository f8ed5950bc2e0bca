import sql, { empty, join, raw, type Sql } from 'sql-template-tag'
import { type Actor, asActor } from '../access/actor.ts'
import { inScope } from '../access/scope-sql.ts'
import type { Scope, Transaction } from '../database/open.ts'
import { NotFound } from '../errors.ts'
import type { Portal } from '../portal.ts'
import type { Account, AccountStatus, MailboxType } from './account.ts'
import { displayName, foldKey } from './address-name.ts'
import { type AccountSort, comesAfter, nextAfter, orderBy, placeInOrder } from './order-sql.ts'
import { matchesSearch, SEARCHED_TEXT } from './search-sql.ts'

export type AccountFilters = {
  organisationId?: number
  organisationCode?: string
  /** Exactly this one, without regard to case. */
  localId?: string
  /** Words, each of which must be found: in names, local ID, addresses, job, department or numbers. */
  search?: string
  /** When left out: all but the deleted ones. */
  status?: AccountStatus | readonly AccountStatus[]
  type?: MailboxType
  site?: string
  unit?: string
  /** By name when left out; `updated` is newest first. */
  sort?: AccountSort
  /** The `next` of the page before. */
  after?: string
  limit: number
  /** Whether to count all that match (yes, when left out). */
  count?: boolean
}

/**
 * One page of the accounts that the actor may see and that match, in the order of `sort`.
 * @returns `next`, to ask for the page that follows, null on the last one; `total` of all pages
 * @throws NotFound for an organisation code that isn't in scope; InvalidInput for an `after` that is none of ours
 */
export async function findAccounts(
  portal: Portal,
  actor: Actor,
  filters: AccountFilters,
): Promise<{ accounts: Account[]; next: string | null; total?: number }> {
  return asActor(portal, actor, 'read-accounts', async (tx, scope) => {
    const matching = matches(filters, scope, await organisationOf(tx, scope, filters))
    const { sort = 'name', after, limit } = filters
    const found = await tx.rows<Found>(sql`${matching.searched}
      ${ACCOUNT}, ${placeInOrder(sort)} as place, ${matching.total} as total ${FROM}
      where ${matching.where} ${after === undefined ? empty : sql`and ${comesAfter(sort, after)}`}
      order by ${orderBy(sort)} limit ${limit + 1}`)
    const page = found.slice(0, limit)
    const last = page.at(-1)
    const next = found.length > limit && last ? nextAfter(last.place) : null
    const accounts = page.map(({ place: _place, total: _total, ...row }) => accountOf(row))
    if (filters.count === false) return { accounts, next }
    const isWhole = after === undefined && next === null
    return { accounts, next, total: isWhole ? accounts.length : (last?.total ?? (await count(tx, matching))) }
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

/** The organisation's accounts in the order of their IDs, for whatever reads all of them a piece at a time. */
export async function accountsAfterId(
  tx: Transaction,
  organisationId: number,
  page: { afterId: number; limit: number; status?: readonly AccountStatus[] },
): Promise<Account[]> {
  const rows = await tx.rows<AccountRow>(sql`${ACCOUNT} ${FROM}
    where a.organisation_id = ${organisationId} and a.id > ${page.afterId}
      and ${page.status ? sql`a.status = any(${[...page.status]}::text[])` : sql`a.status <> 'Withdrawn'`}
    order by a.id limit ${page.limit}`)
  return rows.map(accountOf)
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
    a.status, a.mailbox_type as "mailboxType", a.version, a.created_at as "createdAt", a.updated_at as "updatedAt",
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

/** Which accounts match; `total` is their number where that is known without counting them once more. */
type Matching = { searched: Sql; where: Sql; total: Sql }

function matches(filters: AccountFilters, scope: Scope, organisationId: number | undefined): Matching {
  const statuses = filters.status === undefined ? undefined : [filters.status].flat()
  const wanted: (Sql | undefined)[] = [
    inScope(scope, 'a.organisation_id', organisationId),
    statuses ? sql`a.status = any(${statuses}::text[])` : sql`a.status not in ('Deleted', 'Withdrawn')`,
    filters.localId === undefined ? undefined : is('a.local_id_key', foldKey(filters.localId)),
    filters.type === undefined ? undefined : is('a.mailbox_type', filters.type),
    filters.site === undefined ? undefined : is('a.site', filters.site),
    filters.unit === undefined ? undefined : is('a.organisational_unit', filters.unit),
  ]
  const where = join(
    wanted.filter((condition) => condition !== undefined),
    ' and ',
  )
  const addresses = inScope(scope, 'organisation_id', organisationId)
  const words = filters.search === undefined ? undefined : matchesSearch(filters.search, addresses)
  if (words === undefined) return { searched: empty, where, total: sql`null::bigint` }
  // No index helps to find words, so everybody is read: once, for the page and for the number.
  return {
    searched: sql`with searched as materialized (
      select a.id from account a join organisation o on o.id = a.organisation_id ${SEARCHED_TEXT}
      where ${where} and ${words})`,
    where: sql`a.id in (select id from searched)`,
    total: sql`(select count(*) from searched)`,
  }
}

// PostgreSQL has no text with a NUL in it, so nothing is such a value.
function is(column: string, value: string): Sql {
  return value.includes('\0') ? sql`false` : sql`${raw(column)} = ${value}`
}

async function count(tx: Transaction, { searched, where }: Matching): Promise<number> {
  const counted = await tx.row<{ total: number }>(sql`${searched} select count(*) as total
    from account a join organisation o on o.id = a.organisation_id where ${where}`)
  return counted?.total ?? 0
}
