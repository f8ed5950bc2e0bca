import sql, { empty, join, raw, type Sql } from 'sql-template-tag'
import type { Transaction } from '../../database/open.ts'
import { valuesOf } from '../../directory/account-values-sql.ts'
import { FIELD_NAMES, type FieldName, labelOf, PLACE_FIELDS } from '../../directory/fields.ts'
import { timeZoneOf } from '../../directory/time-zone-sql.ts'
import { CREATES, WAS_WRITTEN, WRITTEN_VERSION } from '../change.ts'
import { type ChangeSet, organisationsOf } from '../change-set.ts'
import { APPLIED_CHANGE, NEWEST_FIRST } from './find-history.ts'

/** What is to be taken back of a set; all of it where nothing is said. */
export type Selection = { rows?: readonly number[] | undefined; fields?: readonly string[] | undefined }

type Undone = Pick<ChangeSet, 'id' | 'firstRow' | 'lastRow' | 'mark' | 'fields'>

export async function selectUndo(
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

/** What is kept of a row, until it is said why: one entry a field, or one without a field for the account as a whole. */
const ALL_KEPT: Sql = sql`'[{"field": null, "value": null}]'::jsonb`

/** Where the account was: an organisation that it has left since, or where it is. */
const HOME: Sql = sql`coalesce(
  (select id from organisation where code = compared.before->>'organisation'), compared.organisation_id)`

/** Stores what an undo would do, a row for each written row of the set that it undoes, under the same number. */
export async function planUndone(
  tx: Transaction,
  { undo, undone, selection }: { undo: ChangeSet; undone: Undone; selection: Selection },
): Promise<void> {
  const gives = Object.keys(WITHDRAWN) as FieldName[]
  const fields = [...new Set([...undone.fields, ...gives, ...PLACE_FIELDS])]
  const some = (column: string, wanted: readonly (string | number)[] | undefined, type: string): Sql =>
    wanted === undefined ? empty : sql`and ${raw(column)} = any(${[...wanted]}::${raw(type)})`
  await tx.run(
    sql`with undone as materialized (
          select c.row_number, c.account_id, ${CREATES} as created, c.before, c.after, c.unwritten, c.local_id,
            c.former_local_id_key,
            case when c.counterpart_id is not null then ${undo.counterpartId}::integer end as counterpart_id,
            ${WRITTEN_VERSION} as written_version
          from change c
          where c.change_set_id = ${undone.id} and c.row_number <= ${undone.mark} and ${WAS_WRITTEN}
            ${some('c.row_number', selection.rows, 'integer[]')}
            ${selection.fields === undefined ? empty : sql`and not ${CREATES} and c.after->>'status' is distinct from 'Withdrawn'`}),
        compared as (
          select u.*, a.version, a.local_id as local_id_now, a.local_id_key as key_now, a.now, a.organisation_id,
            a.now->>'status' = 'Withdrawn' and not coalesce(u.after->>'status' = 'Withdrawn', false) as is_withdrawn
          from undone u left join lateral (
            select version, local_id, local_id_key, organisation_id, ${valuesOf(fields)} as now from account a
            where id = u.account_id and organisation_id = any(${organisationsOf(undo)}::integer[]) offset 0) as a on true),
        judged as (
          select compared.*,
            version is null or is_withdrawn
              or f.keeps and coalesce(after->>'status' = 'Withdrawn' or after ? 'organisation', false) as all_kept,
            f.was, f.becomes, f.keeps, f.kept
          from compared cross join lateral (
            select jsonb_object_agg(field, now) filter (where goes or compared.after ? 'organisation') as was,
              jsonb_object_agg(field, old) filter (where goes) as becomes,
              coalesce(bool_or(stays), false) as keeps,
              jsonb_agg(jsonb_build_object('field', field, 'value', now) order by field) filter (where stays) as kept
            from (
              select key as field, old, current as now, current = value and old <> value and free as goes,
                current <> value and current <> old or current = value and not free and (old <> value or moves) as stays
              from (select compared.after ? 'organisation' as moves) as moving
                cross join lateral jsonb_each(case when moves then compared.before || compared.after
                  else compared.after end)
                cross join lateral (select coalesce(compared.before->key, 'null') as old,
                  coalesce(compared.now->key, 'null') as current,
                  case when compared.after ? 'localId' then former_local_id_key else key_now end as old_key) as values
                cross join lateral (select key <> 'localId' or old = 'null' or coalesce(old_key is not null
                  and not exists (select from account taken where taken.organisation_id = ${HOME}
                    and taken.local_id_key = old_key and taken.id <> account_id), false) as free) as keys
              where key <> all(coalesce(unwritten, '{}')) ${some('key', selection.fields, 'text[]')}) as each_field
            having count(*) > 0
          ) as f
          where not created)
        insert into change (change_set_id, organisation_id, row_number, action, account_id, account_version, local_id,
          local_id_key, former_local_id_key, counterpart_id, before, after, problems)
        select ${undo.id}::bigint, ${undo.organisationId}::integer, row_number,
          case when all_kept or becomes is null and keeps then 'kept' when becomes is null then 'unchanged' else 'update' end,
          account_id, version, coalesce(local_id_now, local_id),
          case when not all_kept and becomes ? 'localId' then former_local_id_key end,
          case when not all_kept and becomes ? 'localId' then key_now end, counterpart_id,
          case when not all_kept and becomes is not null then was end, case when not all_kept then becomes end,
          case when all_kept and not keeps or version is null then ${ALL_KEPT} else kept end
        from judged
        union all
        select ${undo.id}::bigint, ${undo.organisationId}::integer, row_number,
          case when is_withdrawn then 'unchanged' when version = written_version then 'withdraw' else 'kept' end,
          account_id, version, coalesce(local_id_now, local_id), null::text,
          case when version = written_version then key_now end, null::integer,
          case when version = written_version and not is_withdrawn then ${join(
            gives.map((field) => raw(`jsonb_build_object('${field}', now->'${field}')`)),
            ' || ',
          )} end,
          case when version = written_version and not is_withdrawn then ${JSON.stringify(WITHDRAWN)}::jsonb end,
          case when not coalesce(is_withdrawn or version = written_version, false) then ${ALL_KEPT} end
        from compared where created`,
  )
}

/**
 * Says of each kept field, or of an account that is kept whole, who changed it since, and when. PostgreSQL knows nothing
 * yet of a plan that was just stored, so each step is made whole, and joined by what it found: never read again for every row.
 */
export async function noteKept(tx: Transaction, undoId: number, undoneId: number): Promise<void> {
  await tx.run(
    sql`with asked as materialized (
          select undo.change_set_id, undo.row_number, undo.account_id, undo.account_version,
            ${timeZoneOf('undo.organisation_id')} as zone, kept->>'field' as field, kept->'value' as value,
            ${WRITTEN_VERSION} as written_version
          from change undo cross join lateral (
            select * from change one where one.change_set_id = ${undoneId} and one.row_number = undo.row_number offset 0) as c
          cross join lateral jsonb_array_elements(undo.problems) as kept
          where undo.change_set_id = ${undoId} and undo.problems is not null),
        told as materialized (
          select change_set_id, row_number, jsonb_agg(jsonb_build_object('column', ${JSON.stringify(LABELS)}::jsonb->>field,
            'code', 'changed-since', 'severity', 'warning', 'value', ${asText(sql`value`)},
            'message', ${WHY_KEPT}) order by field) as problems
          from asked left join lateral (
            select by.name as by, k.applied_at as at
            from ${APPLIED_CHANGE} join administrator by on by.id = s.confirmed_by
            where c.account_id = asked.account_id and c.change_set_id <> ${undoneId}
              and (field is null or c.after ? field and not coalesce(field = any(c.unwritten), false))
              and ${WRITTEN_VERSION} > asked.written_version
            ${NEWEST_FIRST} limit 1) as write on true
          group by change_set_id, row_number)
        update change c set problems = told.problems
        from told where c.change_set_id = told.change_set_id and c.row_number = told.row_number`,
  )
}

const LABELS = Object.fromEntries(FIELD_NAMES.map((field) => [field, labelOf(field)]))

const WHY_KEPT: Sql = sql`case
  when write.by is not null then case when field is null then 'The account is kept: ' else 'It is kept: ' end
    || write.by || ' changed it on ' || to_char(write.at at time zone zone, 'FMDD FMMonth YYYY') || '.'
  when account_version is null then 'It is kept: the account is elsewhere by now.'
  when field = 'localId' then 'It is kept: the former local ID is somebody else’s by now, or isn’t known.'
  else 'It is kept: it was changed since.' end`

/** A value as a cell holds it. */
function asText(value: Sql): Sql {
  return sql`case jsonb_typeof(${value}) when 'boolean' then case ${value}::text when 'true' then 'Yes' else 'No' end
    when 'array' then (select string_agg(each, ', ') from jsonb_array_elements_text(${value}) as each)
    else ${value} #>> '{}' end`
}

/** The fields that a plan would write. */
export async function writtenFields(tx: Transaction, id: number): Promise<string[]> {
  const found = await tx.rows<{ field: string }>(
    sql`select distinct jsonb_object_keys(after) as field from change where change_set_id = ${id}`,
  )
  return found.map(({ field }) => field)
}
