import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { CONTEXT, readUpload, rejection, validateUpload } from '../support/read-upload.ts'

const FIXTURES = join(import.meta.dirname, '../fixtures')
const bytesOf = (name: string) => readFileSync(join(FIXTURES, name))

const READ_ALIKE: [name: string, encoding: string, delimiter: string, lineEnds: string][] = [
  ['utf-8.csv', 'utf-8', ',', 'CRLF'],
  ['utf-8-bom.csv', 'utf-8-bom', ',', 'CRLF'],
  ['utf-16le-from-excel.csv', 'utf-16le', '\t', 'CRLF'],
  ['utf-16be-without-mark.csv', 'utf-16be', ',', 'CRLF'],
  ['windows-1252-semicolons.csv', 'windows-1252', ';', 'CRLF'],
  ['line-ends-cr.csv', 'utf-8', ',', 'CR'],
  ['line-ends-mixed.csv', 'utf-8', ',', 'mixed'],
  ['excel-sep-line.csv', 'utf-8', ';', 'CRLF'],
  ['blank-rows.csv', 'utf-8', ',', 'CRLF'],
  ['blank-rows-above-headings.csv', 'utf-8', ',', 'CRLF'],
]

const REJECTED: [name: string, code: string, row: number | null][] = [
  ['quotes-not-doubled.csv', 'text-after-quote', 2],
  ['nul-character.csv', 'nul-character', 2],
  ['no-heading-row.csv', 'no-heading-row', null],
  ['missing-local-id-heading.csv', 'missing-heading', null],
  ['repeated-heading.csv', 'repeated-heading', null],
  ['headings-only.csv', 'no-rows', null],
]

/** Each row's problems as `column: code`, a warning's in brackets. */
const WITH_PROBLEMS: [name: string, problems: string[][]][] = [
  ['quoted-line-breaks.csv', [[], []]],
  ['quote-never-closed.csv', [['row: unclosed-quote'], []]],
  ['quote-swallows-rows.csv', [['row: swallowed-rows'], [], ['row: stray-quote']]],
  ['ragged-comma-in-cell.csv', [['row: too-many-cells'], []]],
  ['ragged-short-rows.csv', [['(row: uneven-row)'], ['(row: uneven-row)']]],
  ['ragged-as-excel-drops-cells.csv', Array(21).fill([])],
  ['password-column.csv', [[]]],
  ['lost-leading-zeros.csv', [['(Mobile: mobile-without-zero)']]],
  ['scientific-notation.csv', [['LocalID: scientific-notation', 'Mobile: scientific-notation']]],
  [
    'turned-into-dates.csv',
    [['LocalID: turned-into-date', 'JobTitle: turned-into-date', 'Department: turned-into-date']],
  ],
  ['formula-errors.csv', [['JobTitle: error-value', 'Site: error-value']]],
  [
    'shifted-columns.csv',
    [
      ['(JobTitle: shifted-columns)'],
      ['FirstName: shifted-columns', '(JobTitle: shifted-columns)', 'Mobile: not-a-mobile'],
    ],
  ],
  [
    'misread-encoding.csv',
    [['FirstName: wrong-encoding', 'LastName: wrong-encoding', 'JobTitle: wrong-encoding']],
  ],
  ['other-organisation.csv', [['OrganisationCode: other-organisation', 'OrganisationalUnit: unknown-unit']]],
  ['results-file-sent-back.csv', [[]]],
  ['mailbox-report-edited.csv', [[]]],
]

describe('fixtures', () => {
  it('are all named here', () => {
    const named = [...READ_ALIKE, ...REJECTED, ...WITH_PROBLEMS].map(([name]) => name)
    const there = readdirSync(FIXTURES).filter((name) => name.endsWith('.csv'))
    expect(there.filter((name) => !named.includes(name))).toEqual([])
  })

  it.each(READ_ALIKE)('%s is read as the others are', async (name, encoding, delimiter, lineEnds) => {
    const read = await readUpload(bytesOf(name))
    expect([read.encoding, read.delimiter, read.assumptions.lineEnds]).toEqual([
      encoding,
      delimiter,
      lineEnds,
    ])
    expect(read.rows.filter((row) => !row.isBlank).map((row) => row.cells)).toEqual([
      ['0012', 'Zoë', 'O’Brien', 'Staff Nurse', '07700 900101'],
      ['0013', 'José', 'Müller', 'Consultant', '07700 900102'],
    ])
  })

  it.each(REJECTED)('%s is rejected: %s, row %s', async (name, code, row) => {
    expect(await rejection(bytesOf(name))).toMatchObject({ code, row })
  })

  it.each(WITH_PROBLEMS)('%s: %j', async (name, expected) => {
    const rows = await validateUpload(bytesOf(name), {}, CONTEXT)
    const problems = rows.map((row) =>
      row.problems.map(({ column, code, severity }) => {
        const named = `${column ?? 'row'}: ${code}`
        return severity === 'warning' ? `(${named})` : named
      }),
    )
    expect(problems).toEqual(expected)
  })
})
