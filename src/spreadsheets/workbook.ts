/** A row with something in it, numbered as its spreadsheet shows it. Its cells end with the last that isn't empty. */
export type SheetRow = { row: number; cells: string[] }

export type Sheet = {
  name: string
  isHidden: boolean
  /** The first rows with something in them, as far as they stand near its beginning. */
  start: readonly SheetRow[]
}

/** A spreadsheet’s file, opened. */
export type Workbook = AsyncDisposable & {
  format: 'xlsx' | 'ods'
  sheets: readonly Sheet[]
  /**
   * A sheet's rows from its first, in batches as they are read; hidden rows and columns too.
   * @throws SpreadsheetRefused where the file shows to be damaged, or has more than its limits
   */
  rows(sheet: Sheet): AsyncGenerator<SheetRow[], void>
}

/** How many rows of each sheet's start are read before one is chosen. */
export const START_ROWS = 20

/** How much of a sheet is looked through for them, unpacked. */
export const START_BYTES = 4 * 1024 * 1024

/** A workbook has some, and one for each department at most. */
export const MOST_SHEETS = 1_000

/** The most rows that a sheet has, in any program. */
export const MOST_ROWS = 1_048_576

/** The most characters of a cell. Excel’s has room for 32,767; a text may be shared by all the cells of a sheet. */
export const MOST_CELL_LENGTH = 100_000

export type Limits = {
  /** Of a row's cells; empty ones beyond are left out. */
  maxColumns: number
}
