import sql, { empty, join, raw, type Sql } from 'sql-template-tag'
import type { Transaction } from '../database/open.ts'
import { valuesOf } from '../directory/account-values-sql.ts'
import { ACCOUNT_FIELDS, type FieldName } from '../directory/fields.ts'
import { CREATES, WAS_WRITTEN, WRITTEN_VERSION } from './change.ts'
import { type ChangeSet, organisationsOf } from './change-set.ts'
import { APPLIED_CHANGE } from './find-history.ts'

/** What is to be taken back of a set; all of it where nothing is said. */
export type Selection = { rows?: readonly number[] | undefined; fields?: readonly string[] | undefined }

type Undone = Pick<ChangeSet, 'id' | 'firstRow' | 'lastRow' | 'mark' | 'fields'>

export async function findUndo(
  tx: Transaction,
  id: number,
): Promise<{ undone: Undone; selection: Selection }> {
  const found = await tx.row<Undone & { selection: Selection | null }>(
    sql`select s.id, s.first_row as "firstRow", s.last_row as "lastRow", s.mark, s.fields, undo.selection
        from change_set undo join change_set s on s.id = undo.undoes_id where undo.id = ${id}`,
  )
  if (!found) throw new Error(`change set ${id} undoes nothing`)
  const { selection, ...undone } = found
  return { undone, selection: selection ?? {} }
}

/** What an account gives up when it is withdrawn. */
const WITHDRAWN = { status: 'Withdrawn', localId: null, emailAddress: null, aliases: null }

/** Stores what an undo would do, a row for each written row of the set that it undoes, under the same number. */
export async function planUndone(
  tx: Transaction,
  { undo, undone, selection }: { undo: ChangeSet; undone: Undone; selection: Selection },
): Promise<void> {
  const gives = Object.keys(WITHDRAWN) as FieldName[]
  const fields = [...new Set([...undone.fields, ...gives])]
  const some = (column: string, wanted: readonly (string | number)[] | undefined, type: string): Sql =>
    wanted === undefined ? empty : sql`and ${raw(column)} = any(${[...wanted]}::${raw(type)})`
  await tx.run(
    sql`with undone as materialized (
          select c.row_number, c.account_id, ${CREATES} as created, c.before, c.after, c.unwritten, c.local_id,
            c.former_local_id_key, c.counterpart_id, ${WRITTEN_VERSION} as written_version
          from change c
          where c.change_set_id = ${undone.id} and c.row_number <= ${undone.mark} and ${WAS_WRITTEN}
            ${some('c.row_number', selection.rows, 'integer[]')}),
        compared as (
          select u.*, a.version, a.local_id as local_id_now, a.local_id_key as key_now, a.now, a.organisation_id,
            a.now->>'status' = 'Withdrawn' and not coalesce(u.after->>'status' = 'Withdrawn', false) as is_withdrawn
          from undone u left join lateral (
            select version, local_id, local_id_key, organisation_id, ${valuesOf(fields)} as now from account a
            where id = u.account_id and organisation_id = any(${organisationsOf(undo)}::integer[]) offset 0) as a on true),
        judged as (
          select compared.*,
            version is null or is_withdrawn or f.keeps and coalesce(after->>'status' = 'Withdrawn', false) as all_kept,
            f.was, f.becomes, f.keeps
          from compared cross join lateral (
            select jsonb_object_agg(field, now) filter (where goes) as was,
              jsonb_object_agg(field, old) filter (where goes) as becomes,
              bool_or(now <> new and now <> old or now = new and not free) as keeps
            from (
              select key as field, value as new, old, current as now, free, current = value and old <> value and free as goes
              from jsonb_each(compared.after)
                cross join lateral (select coalesce(compared.before->key, 'null') as old,
                  coalesce(compared.now->key, 'null') as current) as values
                cross join lateral (select key <> 'localId' or old = 'null' or coalesce(former_local_id_key is not null
                  and not exists (select from account taken where taken.organisation_id = compared.organisation_id
                    and taken.local_id_key = former_local_id_key and taken.id <> account_id), false) as free) as keys
              where key <> all(coalesce(unwritten, '{}')) ${some('key', selection.fields, 'text[]')}) as each_field
          ) as f
          where not created)
        insert into change (change_set_id, organisation_id, row_number, action, account_id, account_version, local_id,
          local_id_key, former_local_id_key, counterpart_id, before, after)
        select ${undo.id}::bigint, ${undo.organisationId}::integer, row_number,
          case when all_kept or becomes is null and keeps then 'kept' when becomes is null then 'unchanged' else 'update' end,
          account_id, version, coalesce(local_id_now, local_id),
          case when not all_kept and becomes ? 'localId' then former_local_id_key end,
          case when not all_kept and becomes ? 'localId' then key_now end, counterpart_id,
          case when not all_kept then was end, case when not all_kept then becomes end
        from judged where all_kept or becomes is not null or keeps is not null
        union all
        select ${undo.id}::bigint, ${undo.organisationId}::integer, row_number,
          case when is_withdrawn then 'unchanged' when version = written_version then 'withdraw' else 'kept' end,
          account_id, version, coalesce(local_id_now, local_id), null::text,
          case when version = written_version then key_now end, null::integer,
          case when version = written_version and not is_withdrawn then ${join(
            gives.map((field) => raw(`jsonb_build_object('${field}', now->'${field}')`)),
            ' || ',
          )} end,
          case when version = written_version and not is_withdrawn then ${JSON.stringify(WITHDRAWN)}::jsonb end
        from compared where created ${selection.fields === undefined ? empty : sql`and false`}`,
  )
}

/** Says of each kept field, or of an account that is kept whole, who changed it since, and when. */
export async function noteKept(tx: Transaction, undoId: number, undoneId: number): Promise<void> {
  const labels = Object.fromEntries(
    Object.entries(ACCOUNT_FIELDS).map(([field, { label }]) => [field, label]),
  )
  await tx.run(
    sql`with asked as (
          select undo.row_number, undo.account_id, field.key,
            coalesce(c.written_version, c.account_version + 1, 1) as written_version
          from change undo
          join change c on c.change_set_id = ${undoneId} and c.row_number = undo.row_number
          cross join lateral (
            select key from jsonb_object_keys(c.after) as key
              where not ${CREATES} and not coalesce(undo.after ? key, false)
                and not coalesce(key = any(c.unwritten), false)
            union all select null where ${CREATES}) as field
          where undo.change_set_id = ${undoId} and undo.action in ('update', 'kept')),
        since as (
          select row_number, jsonb_agg(${problem(sql`coalesce(${JSON.stringify(labels)}::jsonb->>key, key, 'The account')
            || ' is kept: ' || write.by || ' changed it on '
            || to_char(write.at at time zone 'Europe/London', 'FMDD FMMonth YYYY') || '.'`)} order by key) as problems
          from asked cross join lateral (
            select by.name as by, k.applied_at as at
            from ${APPLIED_CHANGE} join administrator by on by.id = s.confirmed_by
            where c.account_id = asked.account_id and c.change_set_id <> ${undoneId}
              and (key is null or c.after ? key and not coalesce(key = any(c.unwritten), false))
              and ${WRITTEN_VERSION} > asked.written_version
            order by k.applied_at desc, c.change_set_id desc limit 1) as write
          group by row_number)
        update change c set problems = coalesce(since.problems, jsonb_build_array(${problem(
          sql`'It is kept: the account is elsewhere by now, or its local ID is somebody else’s.'`,
        )}))
        from (select distinct row_number from asked) as rows left join since using (row_number)
        where c.change_set_id = ${undoId} and c.row_number = rows.row_number
          and (c.action = 'kept' or since.problems is not null)`,
  )
}

function problem(message: Sql): Sql {
  return sql`jsonb_build_object('column', null, 'code', 'changed-since', 'severity', 'warning', 'value', null,
    'message', ${message})`
}

/** The fields that a plan would write. */
export async function writtenFields(tx: Transaction, id: number): Promise<string[]> {
  const found = await tx.rows<{ field: string }>(
    sql`select distinct jsonb_object_keys(after) as field from change where change_set_id = ${id}`,
  )
  return found.map(({ field }) => field)
}
