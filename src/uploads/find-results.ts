import sql, { type Sql } from 'sql-template-tag'
import { inScope } from '../access/scope-sql.ts'
import {
  type ChangeAction,
  type ChangeResult,
  OUTCOME,
  REACHED_ACCOUNT,
  WRITES_FIELDS,
} from '../changes/change.ts'
import type { Problem } from '../changes/problem.ts'
import { IS_ENDED } from '../changes/status.ts'
import type { Scope, Transaction } from '../database/open.ts'
import type { StoredProblem } from './problem-kinds.ts'
import type { KeptHeadings } from './store.ts'
import { withProblems } from './store-problems.ts'

export type KeptUpload = {
  id: number
  organisationId: number
  filename: string
  delimiter: string
  /** Null where the file was never read to its end. */
  headings: KeptHeadings | null
  ended: boolean
  expired: boolean
}

export function selectKeptUpload(tx: Transaction, scope: Scope, id: number): Promise<KeptUpload | undefined> {
  return tx.row<KeptUpload>(sql`${KEPT} where u.id = ${id} and ${inScope(scope, 'u.organisation_id')}`)
}

/** The uploads that an upload's file was divided into, this one among them; it alone where it wasn't. */
export function selectKeptParts(tx: Transaction, scope: Scope, id: number): Promise<KeptUpload[]> {
  return tx.rows<KeptUpload>(
    sql`${KEPT} where (u.id = ${id} or u.divided_from =
          (select divided_from from upload where id = ${id} and ${inScope(scope, 'organisation_id')}))
        and ${inScope(scope, 'u.organisation_id')} order by u.id`,
  )
}

const KEPT: Sql = sql`select u.id, u.organisation_id as "organisationId", u.filename, u.delimiter, u.headings,
    u.expired_at is not null as expired, ${IS_ENDED} as ended
  from upload u join change_set s on s.id = u.id`

/** The last row that is kept of any of these uploads; 0 where none is. */
export async function selectLastRow(tx: Transaction, scope: Scope, ids: readonly number[]): Promise<number> {
  const found = await tx.row<{ last: number | null }>(
    sql`select max(last_row) as last from upload_block
        where upload_id = any(${[...ids]}::bigint[]) and ${inScope(scope, 'organisation_id')}`,
  )
  return found?.last ?? 0
}

export type RowOfPart = { id: number; row: number; cells: string[] }

/** About so much of such rows is read at once, in characters; one row at least. */
const MOST_READ = 1024 * 1024

/**
 * The rows that are kept of these uploads, from one row of their file to another, in its order.
 * @returns them, and the row up to which these are all: where they are large, not as far as was asked
 */
export async function selectRowsOfParts(
  tx: Transaction,
  scope: Scope,
  ids: readonly number[],
  { from, to }: { from: number; to: number },
): Promise<{ rows: RowOfPart[]; upTo: number }> {
  const found = await tx.rows<RowOfPart & { count: number }>(
    sql`with b as materialized (
          select upload_id, first_row, cells from upload_block
          where upload_id = any(${[...ids]}::bigint[]) and first_row <= ${to} and last_row >= ${from}
            and ${inScope(scope, 'organisation_id')}),
        r as materialized (
          select b.upload_id as id, (b.first_row + e.at - 1)::integer as row, e.cells
          from b cross join lateral json_array_elements(b.cells::json) with ordinality as e (cells, at)
          where b.first_row + e.at - 1 between ${from} and ${to} and json_array_length(e.cells) > 0),
        sized as (
          select r.*, count(*) over () as count,
            sum(length(cells::text)) over (order by row, id) - length(cells::text) as before from r)
        select id, row, cells, count from sized where before < ${MOST_READ} order by row, id`,
  )
  const isAll = found.length === (found[0]?.count ?? 0)
  return { rows: found, upTo: isAll ? to : (found.at(-1)?.row ?? to) }
}

/** The first block of kept rows after a row. */
export function selectBlock(
  tx: Transaction,
  scope: Scope,
  id: number,
  after: number,
): Promise<{ firstRow: number; lastRow: number; cells: string } | undefined> {
  return tx.row(
    sql`select first_row as "firstRow", last_row as "lastRow", cells from upload_block
        where upload_id = ${id} and first_row > ${after} and ${inScope(scope, 'organisation_id')}
        order by first_row limit 1`,
  )
}

export type RowResult = {
  row: number
  action: ChangeAction
  result: ChangeResult | null
  detail: string | null
  problems: Problem[]
  fields: string[]
  unwritten: string[] | null
  accountId: number | null
  address: string | null
}

/** What became of the rows from `firstRow` to `lastRow`, as one JSON value: it is read faster than so many rows. */
export async function selectRowResults(
  tx: Transaction,
  scope: Scope,
  id: number,
  firstRow: number,
  lastRow: number,
): Promise<RowResult[]> {
  const found = await tx.row<{ results: RowResultValues[] }>(
    // Materialised, so that the address is looked up by a plain column: only then an index serves it under row-level
    // security. And fenced with `offset 0`, so that it is always looked up, and never all addresses are read.
    sql`with r as materialized (
          select c.row_number as row, c.action, ${OUTCOME} as result, c.detail, c.problems, c.unwritten,
            case when ${WRITES_FIELDS} then array(select jsonb_object_keys(c.after)) else '{}' end as fields,
            ${REACHED_ACCOUNT} as "accountId"
          from change c join change_set s on s.id = c.change_set_id
          where c.change_set_id = ${id} and c.row_number between ${firstRow} and ${lastRow}
            and ${inScope(scope, 'c.organisation_id')})
        select coalesce(json_agg(json_build_array(row, action, result, detail, problems, fields, unwritten,
          "accountId", p.address)), '[]') as results
        from r left join lateral (
          select address from address where account_id = r."accountId" and is_primary offset 0) as p on true`,
  )
  return withProblems(tx, scope, id, found?.results.map(rowResultOf) ?? [])
}

/** In the order of the keys of `RowResult`. */
type RowResultValues = [
  number,
  ChangeAction,
  ChangeResult | null,
  string | null,
  StoredProblem[] | null,
  string[],
  string[] | null,
  number | null,
  string | null,
]

function rowResultOf(values: RowResultValues) {
  const [row, action, result, detail, problems, fields, unwritten, accountId, address] = values
  return { row, action, result, detail, problems, fields, unwritten, accountId, address }
}
