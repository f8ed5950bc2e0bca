import type { CsvRecord } from '../csv/records.ts'

/** So many columns without a heading at the end are kept as they came. More are what a spreadsheet has formatted. */
const MOST_KEPT = 50

/** The heading row without the empty columns at its end, where they are more than anybody leaves on purpose. */
export function withoutEmptyColumns(cells: readonly string[]): string[] {
  const named = cells.findLastIndex((word) => word.trim() !== '') + 1
  return cells.slice(0, cells.length - named > MOST_KEPT ? named : cells.length)
}

/** The rows below such a heading row, without the empty cells in the columns that were left out of it. */
export async function* inColumns(
  batches: AsyncIterable<CsvRecord[]>,
  columns: number,
): AsyncGenerator<CsvRecord[]> {
  for await (const records of batches) {
    for (const { cells } of records) leaveColumns(cells, columns)
    yield records
  }
}

/** The same of one row. */
export function leaveColumns(cells: string[], columns: number): void {
  while (cells.length > columns && cells.at(-1)?.trim() === '') cells.pop()
}
