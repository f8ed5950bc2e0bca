import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import type { Random } from '../../src/demo/random.ts'
import { bytesOf, type EncodingName, encodingOf, fitsWindows1252, textOf } from './reference-encoding.ts'
import { plainHeading } from './reference-reader.ts'

/** A table as a person has it before them. */
export type Sheet = { headings: string[]; rows: string[][] }

/** How a sheet is written as a file. */
export type Style = {
  encoding: EncodingName
  /** In UTF-16: whether the mark stands before it. */
  marked: boolean
  delimiter: string
  lineEnds: readonly string[]
  quoteAll: boolean
  /** Whether the last row has a line end too. */
  endsLine: boolean
}

const EXAMPLES = join(import.meta.dirname, '../../examples')
const NAMES = ['create-staff', 'update-staff-excel', 'update-staff-with-mistakes', 'update-staff']

let read: Sheet[] | undefined

/** The examples, read with csv-parse, but for the rows whose shape is a mistake already. */
export function examples(): Sheet[] {
  read ??= NAMES.map((name) => {
    const bytes = readFileSync(join(EXAMPLES, `${name}.csv`))
    const text = textOf(bytes, encodingOf(bytes))
    const [headings = [], ...rows] = parse(text, {
      relax_quotes: true,
      relax_column_count: true,
    }) as string[][]
    const at = headings.findIndex((word) => /^local ?id$/i.test(word))
    const people = new Map(
      rows.filter((cells) => isPerson(cells, headings)).map((cells) => [cells[at], cells] as const),
    )
    return { headings, rows: [...people.values()] }
  })
  return read
}

function isPerson(cells: readonly string[], headings: readonly string[]): boolean {
  const isWhole = cells.length === headings.length && !cells.some((cell) => /\n.*,.*,.*,/.test(cell))
  return isWhole && cells.join() !== headings.join()
}

/** The sites and units that the examples name, so that their rows can be read. */
export function examplePlaces(): { sites: string[]; units: string[] } {
  const named = (heading: string) => [
    ...new Set(
      examples().flatMap(({ headings, rows }) => {
        const at = headings.indexOf(heading)
        return at < 0 ? [] : rows.map((cells) => cells[at] as string).filter((cell) => cell.length > 5)
      }),
    ),
  ]
  return { sites: named('Site'), units: named('OrganisationalUnit') }
}

/** Cells that files stumble over; each is right in a free text. */
const HARD = [
  'Lead, cardiology',
  'Tuesdays; Thursdays',
  'first line\nsecond line',
  'one\r\n\r\ntwo, three',
  'the "north" side',
  '"quoted"',
  'a|b\tc',
  '12" trolley',
  '=1+1',
  "'=x",
  '@home',
  '-Smith',
  '#N',
  'Zoë – “Ward”',
  '0012',
]

/** Some rows and columns of an example, a few of its cells exchanged for hard ones. */
export function someSheet(random: Random): Sheet {
  const { headings, rows } = random.pick(examples())
  const first = random.between(0, rows.length - 1)
  const chosen = rows.slice(first, first + random.between(1, 8)).map((cells) => [...cells])
  const isText = headings.map((word) =>
    /^(jobtitle|description|department|whatiswrong)$/.test(plainHeading(word)),
  )
  for (const cells of chosen) {
    for (const at of cells.keys()) if (isText[at] && random.percent(12)) cells[at] = random.pick(HARD)
  }
  const kept = headings.map((word) => /id$|name/i.test(word) || random.percent(80))
  const keep = (cells: string[]) => cells.filter((_, at) => kept[at])
  return { headings: keep(headings), rows: chosen.map(keep) }
}

const ENCODINGS: EncodingName[] = ['utf-8', 'utf-8', 'utf-8-bom', 'utf-16le', 'utf-16be', 'windows-1252']

export function someStyle(random: Random, sheet: Sheet): Style {
  const encoding = random.pick(ENCODINGS)
  return {
    encoding: encoding === 'windows-1252' && !isClear1252(sheet) ? 'utf-8' : encoding,
    marked: random.percent(80),
    delimiter: random.pick([',', ',', ';', '\t', '|']),
    lineEnds: random.pick([['\r\n'], ['\r\n'], ['\n'], ['\r'], ['\r\n', '\n', '\r']]),
    quoteAll: random.percent(15),
    endsLine: random.percent(85),
  }
}

// Text such as `JosÃ©` is one in Windows-1252 and another one in UTF-8: nobody can tell.
function isClear1252(sheet: Sheet): boolean {
  const text = JSON.stringify(sheet)
  return fitsWindows1252(text) && encodingOf(bytesOf(text, 'windows-1252')) === 'windows-1252'
}

/** A line of the sheet, quoted where it must be. */
export function lineOf(cells: readonly string[], { delimiter, quoteAll }: Style): string {
  return cells
    .map((cell) =>
      quoteAll || /["\r\n]|^\s/.test(cell) || cell.includes(delimiter)
        ? `"${cell.replaceAll('"', '""')}"`
        : cell,
    )
    .join(delimiter)
}

export function textOfSheet({ headings, rows }: Sheet, style: Style): string {
  const { lineEnds, endsLine } = style
  const end = (at: number) => lineEnds[at % lineEnds.length] as string
  const lines = [headings, ...rows].map((cells) => lineOf(cells, style))
  return lines.map((line, at) => (at < lines.length - 1 || endsLine ? line + end(at) : line)).join('')
}

export function encoded(text: string, { encoding, marked }: Style): Buffer {
  const mark = encoding.startsWith('utf-16') && marked ? '\ufeff' : ''
  return bytesOf(mark + text, encoding)
}
