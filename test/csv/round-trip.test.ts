import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { asRead } from '../../proofs/support/formula.ts'
import { DELIMITERS, recordSplitter } from '../../src/csv/parse.ts'
import { csvLines } from '../../src/csv/write.ts'

const hostile = fc.constantFrom(
  '"',
  '""',
  ',',
  ';',
  '\t',
  '|',
  '\r',
  '\n',
  '\r\n',
  ' ',
  "'",
  '=',
  '+',
  '\u00a0',
  'é',
  '😀',
  'a',
)
const cell = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.array(hostile, { maxLength: 6 }).map((parts) => parts.join('')),
)
const withoutNul = cell.filter((text) => !text.includes('\0'))
const table = fc.array(fc.array(withoutNul, { minLength: 1, maxLength: 5 }), { maxLength: 6 })

/** Read in pieces of the given size, since nothing may depend on where the network cuts a file. */
function read(text: string, delimiter: string, size: number): string[][] {
  const splitter = recordSplitter(delimiter)
  const records = []
  for (let at = 0; at < text.length; at += size) records.push(...splitter.push(text.slice(at, at + size)))
  records.push(...splitter.end())
  return records.map(({ cells }) => cells)
}

describe('what is written', () => {
  it('is read as the same cells, in every delimiter, in pieces of any size', () => {
    fc.assert(
      fc.property(
        table,
        fc.constantFrom(...DELIMITERS),
        fc.integer({ min: 1, max: 20 }),
        (rows, delimiter, size) => {
          expect(read(csvLines(rows, delimiter), delimiter, size)).toEqual(rows)
        },
      ),
      { numRuns: 1000 },
    )
  })

  it('is read by another reader as the same cells, the neutralising aside', () => {
    fc.assert(
      fc.property(table, fc.constantFrom(...DELIMITERS), (rows, delimiter) => {
        const theirs = parse(csvLines(rows, delimiter), {
          delimiter,
          relax_column_count: true,
          record_delimiter: '\r\n',
        })
        expect(theirs.map((cells: string[]) => cells.map(asRead))).toEqual(rows)
      }),
      { numRuns: 500 },
    )
  })
})

// Strings that no one here wrote. They lie beside the repository where it is developed, and are not copied into it.
const NAUGHTY = join(import.meta.dirname, '../../../shared/corpora/naughty-strings/blns.json')
const naughty: string[] = existsSync(NAUGHTY) ? JSON.parse(readFileSync(NAUGHTY, 'utf8')) : []

describe(`naughty strings (${naughty.length || `skipped: ${NAUGHTY} is not there`})`, () => {
  it.skipIf(naughty.length === 0)('all come back', () => {
    const rows = naughty.map((text, at) => [String(at), text])
    for (const delimiter of DELIMITERS) {
      expect(read(csvLines(rows, delimiter), delimiter, 1000)).toEqual(rows)
    }
  })
})
