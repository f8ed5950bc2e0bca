import sql from 'sql-template-tag'
import { type Actor, asActor } from '../access/actor.ts'
import { inScope } from '../access/scope-sql.ts'
import type { Portal } from '../portal.ts'
import type { KeptHeadings } from './store.ts'

/** Rows of an upload's file as they were read, passwords emptied, under its own headings. */
export type KeptCells = { headings: string[]; rows: Map<number, string[]> }

/** @returns no rows for an upload that is out of scope, or whose file is gone */
export function findCells(
  portal: Portal,
  actor: Actor,
  id: number,
  rows: readonly number[],
): Promise<KeptCells> {
  return asActor(portal, actor, 'read-uploads', async (tx, scope) => {
    const upload = await tx.row<{ headings: KeptHeadings | null }>(
      sql`select headings from upload where id = ${id} and ${inScope(scope, 'organisation_id')}`,
    )
    // A block is looked up for each row: its rows follow each other, blank ones too.
    const found = await tx.rows<{ row: number; cells: string[] }>(
      sql`select wanted.row, b.cells::json->(wanted.row - b.first_row) as cells
          from unnest(${[...rows]}::integer[]) as wanted (row)
          cross join lateral (
            select first_row, cells from upload_block
            where upload_id = ${id} and first_row <= wanted.row and last_row >= wanted.row
              and ${inScope(scope, 'organisation_id')}
            order by first_row desc limit 1) as b`,
    )
    const kept = found.filter(({ cells }) => Array.isArray(cells))
    return {
      headings: upload?.headings?.words ?? [],
      rows: new Map(kept.map(({ row, cells }) => [row, cells])),
    }
  })
}
