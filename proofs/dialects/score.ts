import { encodingDetector } from '../../src/csv/encoding.ts'
import { readRows } from '../../src/uploads/read-rows.ts'
import { FileRejected } from '../../src/uploads/rejected.ts'
import type { DialectFile } from './make-dialects.ts'
import type { Table } from './table.ts'

/** What became of a file: its points of ten, and whether something of it is wrong that nobody was told of. */
export type Scored = { points: number; outcome: 'right' | 'told' | 'refused' | 'silent'; silent: string[] }

type Read = { headings: string[]; rows: { row: number; cells: string[]; isTold: boolean }[]; notes: number }

/**
 * Reads a file as a check does, and gives it points as the Pollock benchmark does: one for being read at all, and for
 * headings, records and cells one each by precision, recall and their mean.
 */
export async function scored(file: DialectFile): Promise<Scored> {
  const read = await reading(file.bytes)
  if (read === null)
    return { points: file.meant === null ? 10 : 0, outcome: file.meant ? 'refused' : 'right', silent: [] }
  const meant = file.meant ?? { headings: [], records: [] }
  const silent = wrongInSilence(read, meant)
  const records = read.rows.map(({ cells }) => cells)
  const points =
    1 +
    shared(read.headings, meant.headings) +
    shared(records.map(keyOf), meant.records.map(keyOf)) +
    shared(records.flat().filter(Boolean), meant.records.flat().filter(Boolean))
  if (silent.length > 0) return { points, outcome: 'silent', silent }
  return {
    points,
    outcome: read.rows.some(({ isTold }) => isTold) || read.notes > 0 ? 'told' : 'right',
    silent,
  }
}

/**
 * Columns with neither a heading nor a cell are none.
 * @returns null where it is refused with words
 */
async function reading(bytes: Buffer): Promise<Read | null> {
  const detector = encodingDetector()
  detector.push(bytes)
  const detected = detector.end()
  if (detected.kind !== 'text') return null
  try {
    const { encoding } = detected
    const reader = await readRows([bytes], { encoding, mode: 'update', mobileRequired: false })
    const { words } = reader.headings
    const rows: Read['rows'] = []
    for await (const batch of reader.rows) {
      for (const { row, cells: all, isBlank, shape } of batch) {
        const cells = all.filter((cell, at) => cell.trim() !== '' || words[at]?.trim() !== '')
        const isTold = shape.damage !== null || shape.warnings.length > 0
        if (!isBlank) rows.push({ row, cells: trimmed(cells), isTold })
      }
    }
    return { headings: words.map((word) => word.trim()).filter(Boolean), rows, notes: reader.notes().length }
  } catch (error) {
    if (error instanceof FileRejected) return null
    throw error
  }
}

/** Rows that nobody meant, without a word about them; and rows that were meant and are gone, with no word about any other. */
function wrongInSilence({ rows, notes }: Read, { records }: Table): string[] {
  const left = counted(records.map(keyOf))
  const wrong = rows.filter(({ cells, isTold }) => !take(left, keyOf(cells)) && !isTold)
  const told = rows.filter(({ isTold }) => isTold).length
  const gone = [...left.values()].reduce((sum, times) => sum + times, 0)
  return [
    ...wrong.map(({ row, cells }) => `row ${row} is read as ${JSON.stringify(cells)}`),
    ...(gone > 0 && told === 0 && wrong.length === 0 && notes === 0 ? [`${gone} rows are gone`] : []),
  ]
}

function keyOf(cells: readonly string[]): string {
  return JSON.stringify(trimmed(cells))
}

/** Blanks around a cell are removed by every check, and empty cells at a row's end say nothing. */
function trimmed(cells: readonly string[]): string[] {
  const tidy = cells.map((cell) => cell.trim().replace(/\r\n?/g, '\n'))
  return tidy.slice(0, tidy.findLastIndex((cell) => cell !== '') + 1)
}

function counted(keys: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1)
  return counts
}

function take(counts: Map<string, number>, key: string): boolean {
  const times = counts.get(key) ?? 0
  if (times === 0) return false
  counts.set(key, times - 1)
  return true
}

/** Precision, recall and their harmonic mean, together three at most. */
function shared(found: readonly string[], meant: readonly string[]): number {
  const left = counted(meant)
  const hits = found.filter((key) => take(left, key)).length
  const precision = found.length === 0 ? 0 : hits / found.length
  const recall = meant.length === 0 ? 0 : hits / meant.length
  const mean = precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall)
  return precision + recall + mean
}
