import type { UploadRow } from '../../uploads/upload.ts'
import { type Fields, field } from '../form.ts'
import { link } from '../link.ts'
import { type RowView, rowView } from './row-view.ts'

/** Rows on a page. */
const LIMIT = 100

export type RowsPage = { rows: RowView[]; firstHref: string | null; nextHref: string | null }

/** One page of an upload's rows, with the ways to the next and back to the first. */
export async function rowsPage(
  query: Fields,
  at: { path: string; parameters: Record<string, string | undefined> },
  find: (paging: { after?: number; limit: number }) => Promise<{ rows: UploadRow[]; next: number | null }>,
): Promise<RowsPage> {
  const after = rowNumber(field(query, 'after'))
  const { rows, next } = await find({ limit: LIMIT, ...(after === undefined ? {} : { after }) })
  return {
    rows: rows.map(rowView),
    firstHref: after === undefined ? null : `${link(at.path, at.parameters)}#rows`,
    nextHref: next === null ? null : `${link(at.path, { ...at.parameters, after: next })}#rows`,
  }
}

function rowNumber(text: string): number | undefined {
  return /^\d{1,9}$/.test(text) ? Number(text) : undefined
}
