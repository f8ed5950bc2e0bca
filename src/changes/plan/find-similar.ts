import sql, { empty, raw, type Sql } from 'sql-template-tag'
import type { Transaction } from '../../database/open.ts'
import { foldKey } from '../../directory/address-name.ts'
import { isListed } from '../../directory/listed-sql.ts'
import { ACCOUNT, type AccountJson, accountOf, type MatchedAccount } from './find-matches.ts'
import { SHORTEST_NEAR } from './likely-same-person.ts'

/** Somebody who may have an account already. */
export type Sought = {
  localIdKey: string | null
  firstName: string | null
  lastName: string | null
  mobile: string | null
  secondaryEmail: string | null
  jobTitle: string | null
  department: string | null
  /** Every way in which their name may be written. */
  names: readonly { firstName: string; lastName: string }[]
}

/** The accounts that those sought may be. Some are there twice. */
export type Candidates = {
  byMobile: Map<string, MatchedAccount[]>
  /** By the folded address. */
  bySecondaryEmail: Map<string, MatchedAccount[]>
  /** By the place among those sought. */
  byName: Map<number, MatchedAccount[]>
}

/** So many people at one mobile or address are looked at; it may be a ward’s. */
const MOST_AT_ONE = 50

/** So many of one name are looked through for the same post or a local ID that is half the same; of these some are told. */
const MOST_OF_A_NAME = 50
const MOST_TOLD = 5

/**
 * Finds who may be one of those sought, in one query: `likelySamePerson` judges them.
 * @param nearIds `greater` where everybody is sought: of two local IDs that are near, the lesser finds the other
 */
export async function selectCandidates(
  tx: Transaction,
  organisationId: number,
  sought: readonly Sought[],
  nearIds: 'all' | 'greater' = 'all',
): Promise<Candidates> {
  const account = (condition: Sql) => sql`cross join lateral (
    select * from account where organisation_id = ${organisationId} and ${isListed('account')} and ${condition} offset 0) a`
  const found = await tx.row<{ accounts: [by: string, place: number | null, account: AccountJson][] }>(
    sql`with ${soughtRows(sought)}, ${nameRows(sought)}
        select coalesce(json_agg(json_build_array(by, place, account)), '[]') as accounts from (
          select 'mobile' as by, null::bigint as place, ${ACCOUNT} as account
          from (select distinct mobile from sought where mobile is not null) s
          ${account(sql`${isAt('mobile', 's.mobile')} order by id + 0 limit ${MOST_AT_ONE}`)}
          union all
          select 'email', null, ${ACCOUNT}
          from (select distinct email_key from sought where email_key is not null) s
          ${account(sql`${isAt('secondary_email_key', 's.email_key')} order by id + 0 limit ${MOST_AT_ONE}`)}
          union all
          select 'name', s.place, ${ACCOUNT}
          from named n join sought s on s.place = n.place
          cross join lateral (select * from (select * from account where organisation_id = ${organisationId}
              and ${isListed('account')} and ${isAt('name_key', 'n.name_key')} limit ${MOST_OF_A_NAME}) named
            where ${SAME_JOB} or ${SAME_HALF} limit ${MOST_TOLD}) a
          union all
          select 'name', s.place, ${ACCOUNT}
          from sought s cross join lateral (${NEAR_LOCAL_IDS}) near
          ${account(sql`local_id_key = near.local_id_key and ${NAME_BEGINS_ALIKE}`)}
          where length(s.local_id_key) >= ${SHORTEST_NEAR}
            ${nearIds === 'all' ? empty : sql`and near.local_id_key > s.local_id_key`}) found`,
  )
  const all = found?.accounts.map(([by, place, json]) => ({ by, place, account: accountOf(json) })) ?? []
  const of = (kind: string) => all.flatMap(({ by, account }) => (by === kind ? [account] : []))
  const byName = new Map<number, MatchedAccount[]>()
  for (const { place, account } of all)
    if (place !== null) byName.set(place, [...(byName.get(place) ?? []), account])
  return {
    byMobile: Map.groupBy(of('mobile'), ({ fields }) => fields.mobile as string),
    bySecondaryEmail: Map.groupBy(of('email'), ({ fields }) => foldKey(fields.secondaryEmail as string)),
    byName,
  }
}

// Equal, said as a range: of a range of two values that it doesn't know PostgreSQL expects few rows, whatever it knows of
// the column, and goes by the index. Where many have one name, or nothing is known yet, it would read all accounts for each.
function isAt(column: string, value: string): Sql {
  return raw(`${column} between ${value} and ${value}`)
}

function soughtRows(sought: readonly Sought[]): Sql {
  const list = (field: Exclude<keyof Sought, 'names'>) => sql`${sought.map((one) => one[field])}::text[]`
  return sql`sought as materialized (
    select place - 1 as place, local_id_key, mobile, lower(email) as email_key, job_title, department,
      fold_name(last_name) as last_name, fold_name(first_name) as first_name
    from unnest(${list('localIdKey')}, ${list('mobile')}, ${list('secondaryEmail')}, ${list('jobTitle')},
      ${list('department')}, ${list('lastName')}, ${list('firstName')})
      with ordinality as s (local_id_key, mobile, email, job_title, department, last_name, first_name, place))`
}

function nameRows(sought: readonly Sought[]): Sql {
  const names = sought.flatMap((one, place) => one.names.map((name) => ({ place, ...name })))
  return sql`named as materialized (
    select place, fold_name(last_name) || e'\\n' || fold_name(first_name) as name_key
    from unnest(${names.map((one) => one.place)}::bigint[], ${names.map((one) => one.lastName)}::text[],
      ${names.map((one) => one.firstName)}::text[]) as n (place, last_name, first_name))`
}

const SAME_JOB = raw('job_title = s.job_title and department = s.department')

// Where one digit is wrong, or two neighbours are exchanged, one half of the number is still right, or at least what is
// before or behind the middle.
const SAME_HALF = raw(`length(s.local_id_key) >= ${SHORTEST_NEAR} and (
  left(local_id_key, (length(s.local_id_key) - 1) / 2) = left(s.local_id_key, (length(s.local_id_key) - 1) / 2)
  or right(local_id_key, (length(s.local_id_key) - 1) / 2) = right(s.local_id_key, (length(s.local_id_key) - 1) / 2))`)

// In each of them one digit differs, or two neighbours are exchanged.
const NEAR_LOCAL_IDS = raw(`select overlay(s.local_id_key placing digit from at for 1) as local_id_key
    from generate_series(1, length(s.local_id_key)) at cross join unnest('{0,1,2,3,4,5,6,7,8,9}'::text[]) digit
    where substr(s.local_id_key, at, 1) between '0' and '9' and substr(s.local_id_key, at, 1) <> digit
    union all
    select overlay(s.local_id_key placing substr(s.local_id_key, at + 1, 1) || substr(s.local_id_key, at, 1) from at for 2)
    from generate_series(1, length(s.local_id_key) - 1) at
    where substr(s.local_id_key, at, 1) <> substr(s.local_id_key, at + 1, 1)`)

// Thousands of accounts have a similar local ID, so those with another name aren't worth telling.
const NAME_BEGINS_ALIKE = raw(`(left(name_key, 3) in (left(s.last_name, 3), left(s.first_name, 3))
  or split_part(name_key, e'\\n', 2) = s.first_name)`)
