import type { UploadRow } from '../../uploads/upload.ts'
import { count, number } from '../../words.ts'
import { type Fields, field } from '../form.ts'
import { link } from '../link.ts'
import { type RowView, rowView } from './row-view.ts'

/** Rows on a page, to choose from. The least as a rule: on a phone, where its cells stand under each other, a row is high. */
const SIZES = [25, 50, 100, 250] as const
const USUAL = SIZES[0]

export type RowsPage = {
  rows: RowView[]
  /** “Rows 101–150 of 48,000”, counting those that are listed. */
  position: string
  isFirst: boolean
  previousHref: string | null
  nextHref: string | null
  sizes: { text: string; href: string; current: boolean }[]
}

type Paging = { after?: number; before?: number; limit: number }

type Listing = {
  path: string
  /** Of the address, besides those of the page itself. */
  parameters: Record<string, string | undefined>
  /** How many rows are listed in all, where that is known. */
  total?: number | undefined
  /** What they are called. */
  thing?: string
}

/** One page of a set's rows, with the ways to the ones before and behind it. */
export async function rowsPage(
  query: Fields,
  { path, parameters, total, thing = 'row' }: Listing,
  find: (paging: Paging) => Promise<{ rows: UploadRow[]; next: number | null }>,
): Promise<RowsPage> {
  const size = SIZES.find((each) => String(each) === field(query, 'size')) ?? USUAL
  const after = wholeNumber(field(query, 'after'))
  const before = wholeNumber(field(query, 'before'))
  const { rows, next } = await find({
    limit: size,
    ...(before === undefined ? {} : { before }),
    ...(after === undefined || before !== undefined ? {} : { after }),
  })
  // The address says how many rows come before, so that they needn't be counted. On the first page there are none.
  const from = after === undefined && before === undefined ? 1 : (wholeNumber(field(query, 'from')) ?? 1)
  const kept = { ...parameters, size: size === USUAL ? undefined : String(size) }
  const to = (more: Record<string, string | undefined>) => `${link(path, { ...kept, ...more })}#rows`
  const first = rows[0]?.row
  const isFirst = from <= 1
  return {
    rows: rows.map(rowView),
    position: positionWords(from, rows.length, total, thing),
    isFirst,
    previousHref:
      isFirst || first === undefined
        ? null
        : from - size <= 1
          ? to({})
          : to({ before: String(first), from: String(from - size) }),
    nextHref: next === null ? null : to({ after: String(next), from: String(from + rows.length) }),
    sizes: SIZES.map((each) => ({
      text: String(each),
      href: `${link(path, { ...parameters, size: each === USUAL ? undefined : String(each) })}#rows`,
      current: each === size,
    })),
  }
}

function positionWords(from: number, rows: number, total: number | undefined, thing: string): string {
  if (rows === 0) return ''
  const to = from + rows - 1
  if (from === 1 && total === rows) return count(rows, thing)
  const range = rows === 1 ? number(from) : `${number(from)}–${number(to)}`
  const name = rows === 1 ? capital(thing) : `${capital(thing)}s`
  return total === undefined || total < to ? `${name} ${range}` : `${name} ${range} of ${number(total)}`
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1)
}

function wholeNumber(text: string): number | undefined {
  return /^\d{1,9}$/.test(text) ? Number(text) : undefined
}
