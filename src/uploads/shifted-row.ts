import type { MatchedAccount } from '../changes/plan/find-matches.ts'
import type { FieldValue } from '../directory/fields.ts'
import { evenText, MOST_READ, tidyText } from '../directory/tidy-text.ts'
import type { RuleContext } from '../directory/value-rules.ts'
import type { ColumnName } from './columns.ts'
import type { Headings } from './headings.ts'

/** Where a row's cells begin to stand one column too far left or right: the place among the headings' columns. */
export type Shift = { from: number; direction: 'left' | 'right' }

/** Columns whose cells show by themselves that they stand under the right heading. */
const TELLING: ReadonlySet<ColumnName> = new Set([
  ...(['id', 'organisationCode', 'site', 'organisationalUnit', 'mobile'] as const),
  ...(['hideMobile', 'secondaryEmail', 'hideFromDirectory'] as const),
])

/** So much better the neighbour's cells have to fit, and so many of them. */
const BETTER = 4
const FITTING_CELLS = 2

/**
 * Whether the cells of a row fit their neighbours' headings better than their own, from some column on: by what the account
 * has there, and by the rules of those columns that tell.
 */
export function shiftOf(
  cells: readonly string[],
  { columns }: Headings,
  account: MatchedAccount | null,
  rules: RuleContext,
): Shift | undefined {
  const fits = (place: number, offset: number) =>
    fitOf(cells[columns[place]?.at as number], columns[place + offset]?.column)
  for (const direction of ['left', 'right'] as const) {
    const offset = direction === 'left' ? 1 : -1
    const from = columns.findIndex((_, place) => fits(place, 0) < 2 && fits(place, offset) > 0)
    if (from < 0) continue
    let better = 0
    let fitting = 0
    for (let place = from; place < columns.length; place++) {
      if (!cells[columns[place]?.at as number]?.trim()) continue
      const neighbour = fits(place, offset)
      if (neighbour > 0) fitting++
      better += neighbour - fits(place, 0)
    }
    if (fitting >= FITTING_CELLS && better >= BETTER) return { from, direction }
  }
  return undefined

  function fitOf(
    cell: string | undefined,
    column: Headings['columns'][number]['column'] | undefined,
  ): number {
    if (column === undefined || cell === undefined || cell.length > MOST_READ) return 0
    const text = tidyText(cell)
    if (text === '') return 0
    const old =
      column.name === 'id' || column.name === 'organisationCode' ? undefined : account?.fields[column.name]
    const isTelling = TELLING.has(column.name)
    if (!isTelling && (typeof old !== 'string' || old === '')) return 0
    const read = column.rule(text, rules)
    const isRefused = typeof read === 'object' && read.severity === 'error'
    if (!isRefused && isSame(read, old)) return 2
    if (!isTelling) return 0
    return isRefused ? -1 : 1
  }
}

function isSame(read: unknown, old: FieldValue | undefined): boolean {
  return typeof read === 'string' && typeof old === 'string' && evenText(read) === evenText(old)
}
