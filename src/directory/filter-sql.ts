import sql, { empty, join, raw, type Sql } from 'sql-template-tag'
import { inScope } from '../access/scope-sql.ts'
import type { Scope } from '../database/open.ts'
import { type AccountFilter, dayOf, type MissableField } from './account-filter.ts'
import { foldKey } from './address-name.ts'
import { isDueWithin } from './due-sql.ts'
import { ACCOUNT_FIELDS } from './fields.ts'
import { isListed } from './listed-sql.ts'
import { matchesSearch, SEARCHED_TEXT } from './search-sql.ts'

/** Which accounts (`a`) match; `total` is their number where that is known without counting them once more. */
export type Matching = { searched: Sql; where: Sql; total: Sql }

/**
 * The accounts in scope, or of one organisation of it, that match. `searched` stands before the statement, whose `from`
 * has the account as `a`.
 * @throws InvalidInput for a day that is none
 */
export function matching(filter: AccountFilter, scope: Scope, organisationId: number | undefined): Matching {
  const where = join([inScope(scope, 'a.organisation_id', organisationId), ...conditionsOf(filter)], ' and ')
  const addresses = inScope(scope, 'organisation_id', organisationId)
  const words = filter.search === undefined ? undefined : matchesSearch(filter.search, addresses)
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

/** The condition that a column holds this value. PostgreSQL has no text with a NUL in it, so nothing is such a value. */
export function is(column: string, value: string): Sql {
  return value.includes('\0') ? sql`false` : sql`${raw(column)} = ${value}`
}

function conditionsOf(filter: AccountFilter): Sql[] {
  const { status, localId, type, site, unit, changedSince, hasLocalId, missing } = filter
  const { hidden, dueWithin, notInUpload } = filter
  const statuses = status === undefined ? undefined : [status].flat()
  const conditions = [
    statuses ? sql`a.status = any(${statuses}::text[])` : sql`a.status <> 'Deleted'`,
    isListed('a'),
    localId === undefined ? undefined : is('a.local_id_key', foldKey(localId)),
    type === undefined ? undefined : is('a.mailbox_type', type),
    site === undefined ? undefined : is('a.site', site),
    unit === undefined ? undefined : is('a.organisational_unit', unit),
    changedSince === undefined ? undefined : isChangedSince(dayOf(changedSince)),
    hasLocalId === undefined ? undefined : sql`(a.local_id is not null) = ${hasLocalId}`,
    missing === undefined ? undefined : isMissingOneOf(missing),
    hidden === undefined ? undefined : sql`a.hide_from_directory = ${hidden}`,
    dueWithin === undefined ? undefined : isDueWithin(dueWithin),
    notInUpload === undefined ? undefined : isNotInUpload(notInUpload),
  ]
  return conditions.filter((condition) => condition !== undefined)
}

function isMissingOneOf(fields: readonly MissableField[]): Sql {
  const isMissing = fields.map((field) => raw(`a.${ACCOUNT_FIELDS[field].column} is null`))
  return sql`(${join([sql`false`, ...isMissing], ' or ')})`
}

function isChangedSince(day: string): Sql {
  return sql`a.updated_at >= ${day}::timestamp at time zone 'Europe/London'`
}

/**
 * No row of the upload is about the account, nor was one probably meant for it. Nobody, where it has no rows, where they
 * aren't kept any more, or where it is another organisation's: so that nobody is taken for missing who isn't.
 */
function isNotInUpload(uploadId: number): Sql {
  return sql`a.organisation_id = (select u.organisation_id from upload u join change_set s on s.id = u.id
      where u.id = ${uploadId} and u.expired_at is null and s.status not in ('checking', 'rejected')
        and exists (select from change c where c.change_set_id = u.id))
    and not exists (select from change c where c.change_set_id = ${uploadId} and c.account_id = a.id)
    and not exists (select from change c where c.change_set_id = ${uploadId} and c.similar_account_id = a.id)`
}
