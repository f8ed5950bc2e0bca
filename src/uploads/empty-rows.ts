import { MalformedCsv } from '../csv/malformed.ts'
import { recordSplitter } from '../csv/parse.ts'
import type { RawText } from '../csv/raw-text.ts'
import type { CsvRecord } from '../csv/records.ts'
import type { UploadFormat } from './columns.ts'
import type { Layout } from './delimiter.ts'
import { leaveColumns } from './empty-columns.ts'
import type { Headings } from './headings.ts'
import { clearPasswords, shapeOf } from './row-shape.ts'
import { holdsRows } from './swallowed-rows.ts'

/** Makes of a part of a file's text what may be stored of it, or of parts before it. */
export type Treatment = (text: string, isEnd: boolean) => string

export type EmptyingOptions = {
  delimiter: string
  quote: Layout['quote']
  format: UploadFormat
  mostCells: number | undefined
  /** Whether empty columns at the end were left out of the headings. */
  isTrimmed: boolean
}

/**
 * Empties below the headings the cells that the check would empty (src/uploads/row-shape.ts), in whichever encoding it will
 * read them. All other bytes stay, and so does all by which the check judges the row.
 * @param headings one for each of the encodings
 */
export function rowEmptier(
  raw: RawText,
  headings: readonly Headings[],
  { delimiter, quote, format, mostCells, isTrimmed }: EmptyingOptions,
): Treatment {
  const readings = raw.readings.map((read, at) => ({ headings: headings[at] as Headings, read }))
  const splitter = recordSplitter(delimiter, { mostCells, quote, withEnds: true, resumes: true })
  const [{ words } = { words: [] }] = headings
  splitter.expect({
    cells: words.length,
    holdsRows: (record) => holdsRows(record, headings[0] as Headings, delimiter),
  })
  let open = '' // the beginning of a record
  let isBroken = false
  return (text, isEnd) => {
    if (isBroken) return masked(text)
    const given = open + text
    try {
      const records = splitter.push(text)
      return emptied(given, isEnd ? records.concat(splitter.end()) : records)
    } catch (error) {
      if (!(error instanceof MalformedCsv)) throw error
      isBroken = true // so the check refuses the file there, and reads nothing below
      return masked(given)
    }
  }

  function emptied(given: string, records: readonly CsvRecord[]): string {
    let done = ''
    let at = 0
    for (const record of records) {
      done += emptiedRow(given.slice(at, at + record.length), record)
      at += record.length
    }
    open = given.slice(at)
    return done
  }

  function emptiedRow(text: string, { row, cells, ends = [], bare, damage }: CsvRecord): string {
    if (damage) return masked(text)
    const secrets = secretCells(cells, row === 1 ? 'first' : 'among', bare)
    if (secrets === 'all') return masked(text)
    const kept = ends.map((end, at) => {
      const cell = text.slice(at === 0 ? 0 : (ends[at - 1] as number) + 1, end)
      return secrets.has(at) && !isBlankCell(cells[at] ?? '') ? withoutSecret(cell, raw, quote) : cell
    })
    return kept.join(delimiter) + text.slice(ends.at(-1))
  }

  function isBlankCell(cell: string): boolean {
    return readings.some(({ read }) => read(cell).trim() === '')
  }

  // A row of headings holds no secret, and may hold the word for them.
  function secretCells(
    given: readonly string[],
    place: 'first' | 'among',
    bare: CsvRecord['bare'],
  ): Set<number> | 'all' {
    const secrets = new Set<number>()
    for (const { headings, read } of readings) {
      const cells = given.map(read)
      if (isTrimmed) leaveColumns(cells, headings.words.length)
      const { damage } = shapeOf(cells, headings, { delimiter, format, place, bare })
      if (damage?.code === 'headings-again') return new Set()
      if (damage?.code === 'unpaired-quotes') return 'all'
      const cleared = [...cells]
      clearPasswords(cleared, headings, damage)
      for (const at of cells.keys()) if (cleared[at] !== cells[at]) secrets.add(at)
    }
    return secrets
  }
}

/**
 * In place of a cell with a secret: that something stood there, and what the check judges the row by, which is separators,
 * line breaks and characters that were lost.
 */
function withoutSecret(cell: string, raw: RawText, quote: string): string {
  const isQuoted = cell.trimStart().startsWith(quote)
  const marks = (isQuoted ? cell.trim() : cell).replace(/[^,;\t|:\r\n]+/g, 'x') + raw.lostAmong(cell)
  return isQuoted ? `${quote}${marks}${quote}` : marks
}

/** Text of which nothing can be read but where cells and rows end. */
export function masked(text: string): string {
  return text.replace(/[^,;\t|:\r\n"' \0]/g, 'x')
}
