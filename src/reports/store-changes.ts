import sql, { empty, type Sql } from 'sql-template-tag'
import {
  type ChangeAction,
  type ChangeResult,
  type FieldValues,
  REACHED_OUTCOME,
  WAS_WRITTEN,
} from '../changes/change.ts'
import type { Kind } from '../changes/kinds.ts'
import type { Transaction } from '../database/open.ts'
import { andWithin } from './period.ts'
import type { Asked } from './report.ts'

/** Where a change stands: its set, the first row of its chunk, its row. */
export type ChangePlace = { changeSetId: number; fromRow: number; row: number }

export type Chunk = { changeSetId: number; fromRow: number; toRow: number }

export type WrittenChange = {
  place: ChangePlace
  at: Date
  by: string
  kind: Kind
  /** What its set is called, where it has a name: an upload's file. */
  source: string | null
  accountId: number | null
  localId: string | null
  person: { firstName: string | null; lastName: string | null } | null
  action: ChangeAction
  result: ChangeResult
  before: FieldValues | null
  after: FieldValues | null
  unwritten: string[] | null
}

const MOST_CHUNKS = 1000

const IN_TIME = sql`k.applied_at, k.change_set_id, k.from_row`

/**
 * The chunks that were applied in the period, from that of a place on the newest first: so many that they
 * hold `rows` rows, and at least one.
 * @returns `isAll`: none follows
 */
export async function selectChunks(
  tx: Transaction,
  asked: Asked,
  { from, rows }: { from: ChangePlace | null; rows: number },
): Promise<{ chunks: Chunk[]; isAll: boolean }> {
  const onwards =
    from === null
      ? empty
      : sql`and (${IN_TIME}) <= (select ${IN_TIME} from chunk k where k.change_set_id = ${from.changeSetId}::bigint
          and k.from_row = ${from.fromRow}::bigint and k.organisation_id = ${asked.organisation.id})`
  const found = await tx.rows<Chunk>(sql`
    select k.change_set_id as "changeSetId", k.from_row as "fromRow", k.to_row as "toRow"
    from chunk k join change_set s on s.id = k.change_set_id
    where ${isOfPeriod(asked)} ${onwards} order by k.applied_at desc, k.change_set_id desc, k.from_row desc limit ${MOST_CHUNKS}`)
  let held = 0
  const enough = found.findIndex(({ fromRow, toRow }, at) => {
    held += (at === 0 && from ? Math.min(from.row - 1, toRow) : toRow) - fromRow + 1
    return held >= rows
  })
  const chunks = enough < 0 ? found : found.slice(0, enough + 1)
  return { chunks, isAll: chunks.length === found.length && found.length < MOST_CHUNKS }
}

/** What was written of these chunks, before a place in the first one of them; the last rows first. */
export async function selectChanges(
  tx: Transaction,
  asked: Asked,
  { chunks, from, limit }: { chunks: readonly Chunk[]; from: ChangePlace | null; limit: number },
): Promise<WrittenChange[]> {
  const first = chunks[0]
  const beyond =
    from && first?.changeSetId === from.changeSetId && first.fromRow === from.fromRow
      ? sql`and not (c.change_set_id = ${from.changeSetId}::bigint and c.row_number >= ${from.row}::bigint)`
      : empty
  const columns = (['changeSetId', 'fromRow', 'toRow'] as const).map((name) => chunks.map((one) => one[name]))
  const rows = await tx.rows<Omit<WrittenChange, 'place'> & ChangePlace>(sql`
    with wanted as materialized (select w.*, k.applied_at
      from unnest(${columns[0]}::bigint[], ${columns[1]}::integer[], ${columns[2]}::integer[]) with ordinality
        as w (change_set_id, from_row, to_row, place)
      join chunk k on k.change_set_id = w.change_set_id and k.from_row = w.from_row)
    select c.change_set_id as "changeSetId", w.from_row as "fromRow", c.row_number as row, w.applied_at as at,
      by.name as by, s.kind, coalesce(u.filename, s.name) as source, c.account_id as "accountId",
      coalesce(c.local_id, a.local_id) as "localId", c.action, ${REACHED_OUTCOME} as result, c.before, c.after, c.unwritten,
      case when a.id is not null then json_build_object('firstName', a.first_name, 'lastName', a.last_name) end as person
    from wanted w join change_set s on s.id = w.change_set_id join administrator by on by.id = s.confirmed_by
      ${WRITTEN_OF_CHUNK} left join account a on a.id = c.account_id left join upload u on u.id = s.id
    where ${isSought(asked)} ${beyond} order by w.place, c.row_number desc limit ${limit}`)
  return rows.map(({ changeSetId, fromRow, row, ...change }) => ({
    ...change,
    place: { changeSetId, fromRow, row },
  }))
}

/** How many changes were written, by the kind of their set, who confirmed it, and what became of them. */
export function countChanges(
  tx: Transaction,
  asked: Asked,
): Promise<{ kind: Kind; by: string; result: ChangeResult; changes: number }[]> {
  return tx.rows(sql`
    with wanted as materialized (select k.change_set_id, k.from_row, k.to_row
      from chunk k join change_set s on s.id = k.change_set_id where ${isOfPeriod(asked)})
    select s.kind, by.name as by, ${REACHED_OUTCOME} as result, count(*) as changes
    from wanted w join change_set s on s.id = w.change_set_id join administrator by on by.id = s.confirmed_by
      ${WRITTEN_OF_CHUNK}
    where ${isSought(asked)} group by 1, 2, 3`)
}

// Each chunk's rows by their key: PostgreSQL, which can't know how many they are, might read the whole table instead.
const WRITTEN_OF_CHUNK = sql`cross join lateral (select * from change c where c.change_set_id = w.change_set_id
  and c.row_number between w.from_row and w.to_row and ${WAS_WRITTEN} offset 0) c`

function isOfPeriod({ organisation, parameters }: Asked): Sql {
  const { through, administrator, person } = parameters
  return sql`k.organisation_id = ${organisation.id} ${andWithin(parameters, 'k.applied_at')}
    ${through === undefined ? empty : sql`and s.kind = ${through}`}
    ${administrator === undefined ? empty : sql`and s.confirmed_by = any(${administrator}::integer[])`}
    ${person === undefined ? empty : sql`and k.change_set_id = any(array(select change_set_id from change where account_id = ${person}::bigint))`}`
}

function isSought({ parameters: { person, field } }: Asked): Sql {
  return sql`true
    ${person === undefined ? empty : sql`and c.account_id = ${person}::bigint`}
    ${field === undefined ? empty : sql`and c.after->${field}::text is not null and not coalesce(${field}::text = any(c.unwritten), false)`}`
}
