import sql, { type Sql } from 'sql-template-tag'
import type { Transaction } from '../database/open.ts'

const MARK = '[removed]'

/**
 * Empties the rows of kept copies that were about accounts which were removed. The bytes of files that wait to be
 * confirmed can't be emptied: they go, so that such a file isn't checked again.
 */
export async function emptyRowsAbout(tx: Transaction, ids: readonly number[]): Promise<void> {
  const about = sql`account_id = any(${[...ids]}::bigint[])`
  const uploads = sql`(select distinct change_set_id from change where ${about})`
  await tx.run(sql`delete from upload_bytes where upload_id in ${uploads}`)
  await tx.run(
    sql`update upload_block b set cells = (
          select '[' || string_agg(case when json_typeof(row) = 'array' and exists (select from change
              where change_set_id = b.upload_id and row_number = b.first_row + nth - 1 and ${about})
            then ${EMPTIED_ROW} else row::text end, ',' order by nth) || ']'
          from json_array_elements(b.cells::json) with ordinality as rows (row, nth))
        where upload_id in ${uploads} and exists (select from change
          where change_set_id = b.upload_id and row_number between b.first_row and b.last_row and ${about})`,
  )
}

const EMPTIED_ROW: Sql = sql`(
  select coalesce(json_agg(case when cell::text = '""' then '' else ${MARK}::text end order by place), '[]')::text
  from json_array_elements(row) with ordinality as cells (cell, place))`
