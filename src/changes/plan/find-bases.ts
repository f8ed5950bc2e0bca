import sql from 'sql-template-tag'
import type { Transaction } from '../../database/open.ts'
import type { FieldValue } from '../../directory/fields.ts'
import { timeZoneOf } from '../../directory/time-zone-sql.ts'
import { WAS_WRITTEN, WRITTEN_VERSION } from '../change.ts'
import type { LastWrite } from '../last-write.ts'
import type { Base } from './base-values.ts'
import type { Match } from './match-accounts.ts'
import type { Wanted } from './wanted.ts'

/** Adds to the matches what was seen of their accounts: one query, and none where nobody has written since. */
export async function addBases(
  tx: Transaction,
  rows: readonly Wanted[],
  matches: readonly Match[],
): Promise<void> {
  const wanted = rows.flatMap(({ version: seen }, at) => {
    const match = matches[at] as Match
    const account = match.byId ?? match.byLocalId ?? match.meant
    if (seen === undefined || !account || seen >= account.version) return []
    return { match, accountId: account.id, seen, version: account.version }
  })
  if (wanted.length === 0) return
  const bases = await selectBases(tx, wanted)
  for (const { match, accountId, seen } of wanted) match.base = bases.get(`${accountId} ${seen}`) ?? null
}

type Since = LastWrite & { accountId: number; seen: number; field: string; value: FieldValue }

/**
 * By `ACCOUNTID SEEN`. The past is known if each version since has its change: what was redacted, or was written where the
 * transaction doesn't see, leaves a gap. Each account's changes are read from the newest, by the index `change_account`.
 */
export async function selectBases(
  tx: Transaction,
  wanted: readonly { accountId: number; seen: number; version: number }[],
): Promise<Map<string, Base>> {
  const rows = await tx.rows<Since>(
    sql`with since as (
          select wanted.account_id, wanted.seen, wanted.version as now, c.*
          from (select distinct * from unnest(
            ${wanted.map(({ accountId }) => accountId)}::bigint[],
            ${wanted.map(({ seen }) => seen)}::integer[],
            ${wanted.map(({ version }) => version)}::integer[]) as each_wanted (account_id, seen, version)) as wanted
          cross join lateral (
            select c.change_set_id, c.row_number, ${WRITTEN_VERSION} as version, c.before, c.after, c.unwritten
            from change c join change_set s on s.id = c.change_set_id
            where c.account_id = wanted.account_id and ${WRITTEN_VERSION} <= wanted.version
              and c.row_number <= s.mark and ${WAS_WRITTEN}
            order by ${WRITTEN_VERSION} desc limit wanted.version - wanted.seen) as c),
        known as (
          select account_id, seen from since group by account_id, seen, now
          having count(*) = now - seen and min(version) = seen + 1
            and bool_and(before is not null and after is not null)),
        written as (
          select account_id, seen, field,
            (array_agg(coalesce(before->field, 'null') order by version))[1] as value,
            (array_agg(change_set_id order by version desc))[1] as change_set_id,
            (array_agg(row_number order by version desc))[1] as row_number
          from known join since using (account_id, seen) cross join jsonb_object_keys(after) as field
          where not coalesce(field = any(unwritten), false)
          group by account_id, seen, field)
        select w.account_id as "accountId", w.seen, w.field, w.value, w.row_number as row, told.*
        from written w cross join lateral (
          select by.name as by, u.filename as source, ${timeZoneOf('s.organisation_id')} as "timeZone",
            (select applied_at from chunk where change_set_id = s.id and from_row <= w.row_number
              order by from_row desc limit 1) as at
          from change_set s left join administrator by on by.id = s.confirmed_by left join upload u on u.id = s.id
          where s.id = w.change_set_id offset 0) as told`,
  )
  const bases = new Map<string, Map<string, { value: FieldValue; write: LastWrite }>>()
  for (const { accountId, seen, field, value, ...write } of rows) {
    const key = `${accountId} ${seen}`
    const base = bases.get(key) ?? new Map()
    bases.set(key, base.set(field, { value, write }))
  }
  return bases
}
