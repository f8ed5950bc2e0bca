import type { Random } from '../../src/demo/random.ts'
import {
  archive,
  asWorkbook,
  odsCell,
  odsParts,
  odsRows,
  sayable,
  type WorkbookKind,
} from '../support/workbooks.ts'
import { falseAlarms, planFaults, tableFaults } from './check-outcome.ts'
import type { Sending } from './corpora.ts'
import { isBlank } from './reference-reader.ts'
import type { Outcome } from './send-file.ts'
import type { Sheet } from './sheets.ts'
import { type Cell, type XlsxSheet, xlsxParts } from './workbook-parts.ts'

/** A way to write a sheet as a workbook: what is read has to be the sheet. */
export type WorkbookRewriting = (sheet: Sheet, random: Random) => Promise<Sending>

type Table = string[][]

type Written = {
  bytes: Buffer
  /** What is read, where it isn't the sheet with its headings in row 1. */
  records?: Table
  above?: number
  /** The sheets that are named beside the one that is read. */
  others?: string[]
}

/** What stands above the headings: titles, and rows with nothing in them. */
const ABOVE = [['Staff list, November'], [], ['Surgery', '', 'as of today']]

export const WORKBOOK_REWRITINGS: Record<string, WorkbookRewriting> = {
  'a workbook (.xlsx) as Muster writes it': rewriting('xlsx', async (table) => ({
    bytes: await asWorkbook('xlsx', table),
  })),
  'a workbook (.xlsx) as other programs write it': rewriting('xlsx', async (table, random) => ({
    bytes: await xlsx(random, [{ name: 'Staff', rows: table }]),
  })),
  'a spreadsheet (.ods)': rewriting('ods', async (table) => ({ bytes: await asWorkbook('ods', table) })),
  ...both('blank rows and titles in a workbook', async (write, table, random) => {
    const above = ABOVE.slice(0, random.between(0, ABOVE.length))
    const [headings = [], ...rows] = table
    const among = rows.flatMap((cells) => (random.percent(40) ? [[], [' '], cells] : [cells]))
    const bytes = await write([...above, headings, ...among, [], [' ', '']])
    const records = [headings, ...among.map((cells) => (isBlank(cells) ? [] : cells))]
    return { bytes, above: above.length, records }
  }),
  'several sheets of a workbook': rewriting('xlsx', async (table, random) => {
    const sheet = (name: string, rows: Table, isHidden = false): XlsxSheet => ({ name, rows, isHidden })
    const notes = sheet('Notes', [['Read me'], ['Send this to the portal']])
    const old = sheet('Old & hidden', table.slice(0, 2), true)
    const before = [notes, old].filter(() => random.percent(50))
    const after = [sheet('Last month', table.slice(0, 2)), sheet('Empty', [])].filter(() =>
      random.percent(50),
    )
    const all = [...before, sheet('Staff', table), ...after]
    const others = all.filter(({ name }) => name === 'Notes' || name === 'Last month').map(({ name }) => name)
    return { bytes: await xlsx(random, all), others }
  }),
  'several sheets of a spreadsheet (.ods)': rewriting('ods', async (table) => {
    const more = `<table:table table:name="Last month">${odsRows(table.slice(0, 2))}</table:table>`
    return { bytes: await archive(odsParts(table, more)), others: ['Last month'] }
  }),
  'merged cells in a workbook': rewriting('xlsx', async (table, random) => {
    const after = '<mergeCells count="2"><mergeCell ref="A1:B1"/><mergeCell ref="A2:A3"/></mergeCells>'
    return { bytes: await xlsx(random, [{ name: 'Staff', rows: table, after }]) }
  }),
  'covered cells in a spreadsheet (.ods)': rewriting('ods', async (table) => {
    const covered = '<table:covered-table-cell><text:p>covered</text:p></table:covered-table-cell>'
    const rows = table.map(
      (cells) => `<table:table-row>${cells.map(odsCell).join('')}${covered}</table:table-row>`,
    )
    const parts = odsParts([])
    const content = parts['content.xml']?.replace(/(?=<\/table:table>)/, rows.join('')) ?? ''
    return { bytes: await archive({ ...parts, 'content.xml': content }) }
  }),
  'numbers, dates and errors in a workbook': rewriting('xlsx', async (table, random) => {
    const chosen = table.slice(1).map(() => random.pick(SHOWN))
    const [headings = [], ...rows] = table
    const cells = rows.map((row, at): Cell[] => [...row, (chosen[at] as Shown).cell])
    return {
      bytes: await xlsx(random, [{ name: 'Staff', rows: [[...headings, 'Notes'], ...cells] }]),
      records: [[...headings, 'Notes'], ...rows.map((row, at) => [...row, (chosen[at] as Shown).as])],
    }
  }),
}

type Shown = { cell: Cell; as: string }

function shown(attributes: string, value: string, as: string): Shown {
  return { cell: { attributes, inside: `<v>${value}</v>` }, as }
}

/** Cells, and what Excel shows of them; the styles are those of workbook-parts.ts. */
const SHOWN: readonly Shown[] = [
  shown('s="1"', '45322', '31/01/2024'),
  shown('s="5"', '45322', '31 Jan 2024'),
  shown('s="1" t="d"', '2024-01-31', '31/01/2024'),
  shown('s="2"', '3.14159', '3.14'),
  shown('s="3"', '0.25', '25%'),
  shown('s="6"', '123', '00123'),
  shown('s="0"', '1.5', '1.5'),
  shown('s="0"', '12345678901', '12345678901'),
  shown('s="0" t="b"', '1', 'TRUE'),
  shown('s="0" t="e"', '#N/A', '#N/A'),
  shown('s="4" t="n"', '42', '42'),
]

async function xlsx(random: Random, sheets: readonly XlsxSheet[]): Promise<Buffer> {
  return archive(xlsxParts(random, sheets))
}

function rewriting(
  kind: WorkbookKind,
  write: (table: Table, random: Random) => Promise<Written>,
): WorkbookRewriting {
  return async (sheet, random) => {
    const table = tableOf(kind, sheet)
    const { bytes, others = [], ...written } = await write(table, random)
    return {
      ...{ name: kind, sentAs: kind, bytes, mode: 'both' as const },
      faults: (outcome) => {
        if (table.slice(1).every(isBlank)) return []
        if (outcome.kind !== 'read') return [`${outcome.code}, though nothing was lost: ${outcome.message}`]
        const named = outcome.otherSheets.join()
        const notNamed = named === others.join() ? [] : [`sheets ${named} are named, not ${others.join()}`]
        return [...sheetFaults(outcome, written.records ?? table, written.above), ...notNamed]
      },
    }
  }
}

/** The same of both kinds of workbooks. */
function both(
  name: string,
  write: (write: (rows: Table) => Promise<Buffer>, table: Table, random: Random) => Promise<Written>,
): Record<string, WorkbookRewriting> {
  return {
    [`${name} (.xlsx)`]: rewriting('xlsx', (table, random) =>
      write((rows) => xlsx(random, [{ name: 'Staff', rows }]), table, random),
    ),
    [`${name} (.ods)`]: rewriting('ods', (table, random) =>
      write((rows) => asWorkbook('ods', rows), table, random),
    ),
  }
}

/** A sheet's headings and rows as they can stand in a workbook. */
export function tableOf(kind: WorkbookKind, { headings, rows }: Sheet): Table {
  return [headings, ...rows].map((cells) => cells.map((cell) => sayable(kind, cell)))
}

/** What differs between what was read of a workbook and what stands in it. */
export function sheetFaults(
  outcome: Extract<Outcome, { kind: 'read' }>,
  records: Table,
  above = 0,
): string[] {
  const last = records.findLastIndex((cells) => !isBlank(cells))
  const meant = { ...outcome, headingRow: above + 1, records: records.slice(0, last + 1) }
  return [...tableFaults(outcome, meant), ...planFaults(outcome), ...falseAlarms(outcome)]
}
