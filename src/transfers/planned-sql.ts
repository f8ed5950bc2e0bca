import sql, { empty, raw, type Sql } from 'sql-template-tag'
import { foldKey } from '../directory/address-name.ts'
import { selectedAccounts } from '../directory/selection-sql.ts'
import type { Organisation } from '../directory/store.ts'
import { problemOf, TWICE } from './problems-sql.ts'
import type { Transfer } from './store.ts'

/** So many local IDs are tried for somebody whose own is taken at the target. */
const MOST_PROPOSED = 20

/** A local ID has as many characters at most. */
const LOCAL_ID_LENGTH = 64

/** What becomes of each account that is to go: see changes/plan/store-queried.ts. */
export function plannedTransfer(transfer: Transfer, from: Organisation, to: Organisation): Sql {
  const isAway = from.id !== to.id
  const places = isAway
    ? sql`${transfer.site}::text as site_then, ${transfer.organisationalUnit}::text as unit_then`
    : sql`coalesce(${transfer.site}::text, a.site) as site_then,
        coalesce(${transfer.organisationalUnit}::text, a.organisational_unit) as unit_then`
  return sql`
    with chosen as (
      select s.place::integer as row_number, s.asked, a.id, a.version, a.status, a.local_id, a.local_id_key, a.site,
        a.organisational_unit, ${NAME} as name, typed.local_id as typed, ${places},
        coalesce(typed.local_id_key, a.local_id_key) as wished_key
      from (${selectedAccounts(transfer.accounts, from.id)}) as s
        left join account a on a.id = s.id
        left join transfer_local_id typed
          on typed.change_set_id = ${transfer.changeSetId} and typed.account_id = a.id),
    wished as (
      select chosen.*, ${isAway ? isTaken(to.id) : sql`false`} as is_taken from chosen),
    proposed as (
      select wished.*, p.text as proposal, case when not is_taken or typed is not null then coalesce(typed, local_id)
          else p.text end as id_then, case when not is_taken or typed is not null then wished_key else p.key end as key_then
      from wished ${proposal(from, to)}),
    judged as (
      select proposed.*, ${problemOf(from, to)} as problem,
        count(*) filter (where id is not null and status not in ('Leaver', 'Deleted'))
          over (partition by key_then) as sharing
      from proposed),
    told as (
      select judged.*, case when problem->>'severity' is distinct from 'error' and key_then is not null and sharing > 1 then ${TWICE}
          else problem end as told,
        ${isAway ? sql`jsonb_build_object('organisation', ${to.code}::text)` : sql`'{}'::jsonb`}
          || ${changed('site', 'site', 'site_then')} || ${changed('organisationalUnit', 'organisational_unit', 'unit_then')}
          || ${changed('localId', 'local_id', 'id_then')} as becomes
      from judged)
    select row_number, case when told->>'severity' = 'error' then 'error' when becomes = '{}' then 'unchanged'
        else 'update' end as action,
      id as account_id, version as account_version, coalesce(local_id, asked) as local_id,
      case when ${GOES} and becomes ? 'localId' then key_then end as local_id_key,
      case when ${GOES} and becomes ? 'localId' then local_id_key end as former_local_id_key,
      ${isAway ? sql`case when ${GOES} then ${to.id}::integer end` : sql`null::integer`} as counterpart_id,
      case when ${GOES} then jsonb_build_object('site', site, 'organisationalUnit', organisational_unit,
        'localId', local_id) ${isAway ? sql`|| jsonb_build_object('organisation', ${from.code}::text)` : empty} end as before,
      case when ${GOES} then becomes end as after,
      case when told is not null then jsonb_build_array(told) end as problems
    from told`
}

const NAME = sql`nullif(concat_ws(' ', a.first_name, a.last_name), '')`

const GOES = sql`(told->>'severity' is distinct from 'error' and becomes <> '{}')`

function isTaken(targetId: number): Sql {
  return sql`exists (select from account other
    where other.organisation_id = ${targetId} and other.local_id_key = chosen.wished_key)`
}

/**
 * Where somebody’s own is taken, and nothing was typed: theirs with the code of where they come from, and a number. To be
 * joined with `wished`, whose columns are `local_id`, `local_id_key`, `is_taken` and `typed`.
 */
export function proposal(from: Organisation, to: Organisation): Sql {
  return sql`left join lateral (
    select text, key from (
      select n, wished.local_id || suffix as text, wished.local_id_key || ${foldKey(`-${from.code}`)}::text
          || substr(suffix, length(${from.code}::text) + 2) as key
      from generate_series(1, ${MOST_PROPOSED}::integer) as n
        cross join lateral (select ${`-${from.code}`}::text || case when n > 1 then '-' || n else '' end as suffix) as s
      where wished.is_taken and wished.typed is null) as each
    where char_length(text) <= ${LOCAL_ID_LENGTH} and not exists (select from account other
      where other.organisation_id = any(${[from.id, to.id]}::integer[]) and other.local_id_key = each.key)
    order by n limit 1) as p on true`
}

function changed(field: string, was: 'site' | 'organisational_unit' | 'local_id', then: string): Sql {
  return raw(
    `case when ${was} is distinct from ${then} then jsonb_build_object('${field}', ${then}) else '{}' end`,
  )
}
