import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import type { FileKind } from '../support/workbooks.ts'
import { readingFaults, tableFaults } from './check-outcome.ts'
import { bytesOf, type EncodingName, encodingOf, textOf } from './reference-encoding.ts'
import { isBlank, recordsOf, referenceReading } from './reference-reader.ts'
import type { Outcome } from './send-file.ts'

// Files that no one here wrote. They lie beside the repository where it is developed, and are not copied into it.
const CORPORA = join(import.meta.dirname, '../../../shared/corpora')

/** A file to send, and what is wrong with what became of it. */
export type Sending = {
  name: string
  /** CSV when left out. */
  sentAs?: FileKind
  bytes: Buffer
  mode: 'update' | 'both'
  faults: (outcome: Outcome) => string[]
}

/**
 * Every file of the corpora twice: as it is, and under a heading row of ours; each read when it is called for. None
 * where they aren't there.
 */
export function corporaFiles(): (() => Sending)[] {
  if (!existsSync(CORPORA)) return []
  const paths = readdirSync(CORPORA, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.[ct]sv$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
  return paths.flatMap((path) => {
    const name = relative(CORPORA, path)
    return [
      () => asItIs(name, readFileSync(path)),
      () => underOurHeadings(name, readFileSync(path), meantTable(path)),
    ]
  })
}

/** Where the corpora are looked for. */
export function corporaPlace(): string {
  return CORPORA
}

function asItIs(name: string, bytes: Buffer): Sending {
  const reading = referenceReading(bytes, 'update')
  return { name, bytes, mode: 'update', faults: (outcome) => readingFaults(outcome, reading) }
}

const OURS = [
  'LocalID',
  'FirstName',
  'LastName',
  'JobTitle',
  'Department',
  'Description',
  'Title',
  'Telephone',
]

function underOurHeadings(name: string, file: Buffer, table: string[][] | undefined): Sending {
  const encoding = encodingOf(file)
  const body = textOf(file, encoding).replace(/^\ufeff/, '')
  const { delimiter, width } = shapeOf(body)
  const headings = Array.from({ length: width }, (_, at) => OURS[at] ?? `Column ${at + 1}`)
  const heading = `${headings.join(delimiter)}\r\n`
  const bytes = withHeading(heading, file, encoding)
  const reading = referenceReading(bytes, 'update')
  return {
    name: `${name}, under our headings`,
    bytes,
    mode: 'update',
    faults: (outcome) => {
      const faults = readingFaults(outcome, reading)
      if (table === undefined) return faults
      if (outcome.kind !== 'read') return [...faults, 'has a table, and isn’t read']
      return [
        ...faults,
        ...tableFaults(outcome, { ...outcome, headingRow: 1, records: [headings, ...table] }),
      ]
    },
  }
}

// Byte for byte the same body, whatever it is.
function withHeading(heading: string, file: Buffer, encoding: EncodingName): Buffer {
  const marks =
    encoding === 'utf-8-bom' ? 3 : /^(?:\xff\xfe|\xfe\xff)/.test(file.toString('latin1', 0, 2)) ? 2 : 0
  const plain = encoding === 'utf-8-bom' ? 'utf-8' : encoding
  return Buffer.concat([file.subarray(0, marks), bytesOf(heading, plain), file.subarray(marks)])
}

/** The delimiter under which most rows have one and the same number of cells, and that number. */
function shapeOf(text: string): { delimiter: string; width: number } {
  const shapes = [',', ';', '\t', '|'].map((delimiter) => {
    const { records } = recordsOf(text, delimiter)
    const counts = new Map<number, number>()
    for (const cells of records)
      if (!isBlank(cells)) counts.set(cells.length, (counts.get(cells.length) ?? 0) + 1)
    const [width, count] = [...counts].sort((one, other) => other[1] - one[1])[0] ?? [1, 0]
    return { delimiter, width, count: width > 1 ? count : 0 }
  })
  return shapes.reduce((best, one) => (one.count > best.count ? one : best))
}

/** The table that a file of csv-spectrum is said to mean, its heading row included. */
function meantTable(path: string): string[][] | undefined {
  const meant = path.replace(/csvs([/\\])([^/\\]*)\.csv$/, 'json$1$2.json')
  if (meant === path || !existsSync(meant)) return undefined
  // This copy of the files has lost its CRLFs (through git), where its tables have kept them.
  const text = readFileSync(meant, 'utf8').replaceAll('\\r\\n', '\\n')
  const rows = JSON.parse(text) as Record<string, string>[]
  return [Object.keys(rows[0] ?? {}), ...rows.map((row) => Object.values(row))]
}
