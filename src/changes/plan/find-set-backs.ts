import sql, { empty, join } from 'sql-template-tag'
import type { Transaction } from '../../database/open.ts'
import { type FieldValue, labelOf, type PersonField } from '../../directory/fields.ts'
import { timeZoneOf } from '../../directory/time-zone-sql.ts'
import { WAS_WRITTEN, WRITTEN_VERSION } from '../change.ts'
import { type LastWrite, whatWasChanged } from '../last-write.ts'
import type { Problem } from '../problem.ts'
import { asCell, shown } from '../values.ts'
import type { Planning } from './plan-problems.ts'

/** Rows that are looked through at a time. */
const ROWS_AT_A_TIME = 10_000

/** What is to be said of a row's plan, and of its other plan where it has one. */
export type RowSetsBack = { row: number; problems: Problem[]; ofAlternative: Problem[] }

/**
 * Says of each field to which a plan would give its former value whose work that sets back, once all rows are stored: of
 * rows that don't say which version they saw, since whoever says so knows what they change.
 * @param rows those rows; null where none says so
 * @param fields all that the plans write
 */
export async function* setBacksOf(
  tx: Transaction,
  id: number,
  { rows, fields, lastRow }: { rows: readonly number[] | null; fields: readonly string[]; lastRow: number },
  { headingOf }: Pick<Planning, 'headingOf'>,
): AsyncGenerator<RowSetsBack[]> {
  if (fields.length === 0) return
  for (let from = 1; from <= lastRow; from += ROWS_AT_A_TIME) {
    const to = from + ROWS_AT_A_TIME - 1
    const among = rows?.filter((row) => row >= from && row <= to)
    if (among?.length === 0) continue
    const found = await selectSetBacks(tx, id, { from, to, among, fields })
    yield [...Map.groupBy(found, ({ plannedRow }) => plannedRow)].map(([row, setBacks]) => {
      const problems = (those: readonly SetBack[]) => those.map((one) => problemOf(one, headingOf))
      return {
        row,
        problems: problems(setBacks.filter(({ isOther }) => !isOther)),
        ofAlternative: problems(setBacks.filter(({ isOther }) => isOther)),
      }
    })
  }
}

function problemOf({ field, was, becomes, ...write }: SetBack, headingOf: Planning['headingOf']): Problem {
  return {
    column: headingOf(field),
    code: 'sets-back',
    message: `This sets back ${whatWasChanged(write)}: ${labelOf(field)} was ${shown(becomes)} before, and is ${shown(was)} now.`,
    value: asCell(becomes) || null,
    severity: 'warning',
  }
}

/** Adds to rows that are stored what is told of them. The other plan begins with what is said of the first. */
export async function noteSetBacks(
  tx: Transaction,
  id: number,
  told: readonly { row: number; problems: readonly object[]; ofAlternative: readonly object[] }[],
): Promise<void> {
  if (told.length === 0) return
  const list = (problems: readonly (readonly object[])[]) => JSON.stringify(problems)
  await tx.run(
    sql`update change c set problems = nullif(coalesce(c.problems, '[]') || told.problems, '[]'),
          alternative = case when c.alternative is not null then c.alternative || jsonb_build_object('problems',
            coalesce(c.alternative->'problems', c.problems, '[]') || told.of_alternative) end
        from rows from (
          unnest(${told.map(({ row }) => row)}::integer[]),
          jsonb_array_elements(${list(told.map(({ problems }) => problems))}::jsonb),
          jsonb_array_elements(${list(told.map(({ ofAlternative }) => ofAlternative))}::jsonb))
        as told (row, problems, of_alternative)
        where c.change_set_id = ${id} and c.row_number = told.row`,
  )
}

/**
 * An account's changes that are looked through, from the newest: what was set back before that is nobody's fresh work. Each
 * makes a version, so an account of fewer versions has no more of them.
 */
const MOST_READ = 20

/** A planned row that gives a field a value which it had once. */
type Former = {
  plannedRow: number
  /** Of the row's other plan. */
  isOther: boolean
  accountId: number
  version: number
  field: PersonField
  was: FieldValue
  becomes: FieldValue
}

type SetBack = Former & LastWrite

/** Which planned rows would give which fields the value that they had before they were last written, and who wrote them. */
export async function selectSetBacks(
  tx: Transaction,
  id: number,
  which: {
    from: number
    to: number
    among?: readonly number[] | undefined
    fields: readonly string[]
  },
): Promise<SetBack[]> {
  const found = await selectFormer(tx, id, which)
  if (found.length === 0) return []
  const writes = await selectLastWrites(tx, found)
  return writes.map(({ nth, ...write }) => ({ ...(found[nth - 1] as Former), ...write }))
}

/**
 * What can be told from a change alone, for nearly all rows say something new: of all changes of the accounts at once, which
 * takes a third of the time that one account after the other takes; of accounts that have very many, of the newest alone.
 */
async function selectFormer(
  tx: Transaction,
  id: number,
  { from, to, among, fields }: Parameters<typeof selectSetBacks>[2],
): Promise<Former[]> {
  const wanted = sql`change_set_id = ${id} and row_number between ${from} and ${to}
    ${among === undefined ? empty : sql`and row_number = any(${[...among]}::integer[])`}`
  const ofOthers = sql`c.change_set_id <> ${id} and c.before is not null and ${WAS_WRITTEN}`
  const agrees = fields.map((field) => sql`c.before->${field}::text = p.after->${field}::text`)
  const joinBy = (nested: 'on' | 'off') => tx.run(sql`select set_config('enable_nestloop', ${nested}, true)`)
  // PostgreSQL knows nothing of rows that were just stored, and would compare each with all that was ever changed.
  await joinBy('off')
  const found = await tx.rows<Former>(
    sql`with planned as materialized (
          select row_number, false as is_other, account_id, account_version, before, after
          from change where ${wanted} and account_version > 1 and before is not null and after is not null
          union all
          select row_number, true, (alternative->>'accountId')::bigint, (alternative->>'accountVersion')::integer,
            alternative->'before', alternative->'after'
          from change where ${wanted} and (alternative->>'accountVersion')::integer > 1
            and jsonb_typeof(alternative->'before') = 'object' and jsonb_typeof(alternative->'after') = 'object'),
        past as (
          select c.account_id, c.before from change c
          where c.account_id = any(array(select account_id from planned where account_version <= ${MOST_READ}))
            and ${ofOthers}
          union all
          select p.account_id, c.before
          from (select distinct account_id from planned where account_version > ${MOST_READ}) p cross join lateral (
            select c.before from change c where c.account_id = p.account_id and ${ofOthers}
            order by ${WRITTEN_VERSION} desc limit ${MOST_READ}) as c),
        agreeing as materialized (
          select p.*, c.before as past from planned p join past c using (account_id)
          where ${join(agrees, ' or ')})
        select distinct row_number as "plannedRow", is_other as "isOther", account_id as "accountId",
          account_version as version, f.key as field, before->f.key as was, f.value as becomes
        from agreeing cross join lateral jsonb_each(after) as f
        where past->f.key = f.value
        order by "plannedRow", field`,
  )
  await joinBy('on')
  return found
}

/** Of those fields that got back what they had before they were last written, who wrote them, by their place from 1. */
function selectLastWrites(
  tx: Transaction,
  fields: readonly Former[],
): Promise<(LastWrite & { nth: number })[]> {
  return tx.rows(
    sql`select known.nth, write.by, write.source, write.row, write.at, write."timeZone"
        from rows from (
          unnest(
            ${fields.map(({ accountId }) => accountId)}::bigint[],
            ${fields.map(({ version }) => version)}::integer[],
            ${fields.map(({ field }) => field)}::text[]),
          jsonb_array_elements(${JSON.stringify(fields.map(({ becomes }) => becomes))}::jsonb))
          with ordinality as known (account_id, version, field, value, nth)
        cross join lateral (
          select c.before, c.row_number as row, by.name as by, u.filename as source,
            ${timeZoneOf('s.organisation_id')} as "timeZone",
            (select applied_at from chunk where change_set_id = c.change_set_id and from_row <= c.row_number
              order by from_row desc limit 1) as at
          from change c join change_set s on s.id = c.change_set_id
            left join administrator by on by.id = s.confirmed_by left join upload u on u.id = s.id
          where c.account_id = known.account_id and ${WRITTEN_VERSION} <= known.version and c.after ? known.field
            and not coalesce(known.field = any(c.unwritten), false) and c.row_number <= s.mark and ${WAS_WRITTEN}
          order by ${WRITTEN_VERSION} desc limit 1) as write
        where write.before->known.field = known.value
        order by known.nth`,
  )
}
