import { describe, expect, it } from 'vitest'
import { validateUpload } from '../support/read-upload.ts'

/** Each row's problems of its shape, a warning's in brackets. */
async function shapes(csv: string): Promise<string[]> {
  const rows = await validateUpload(csv)
  return rows.map(({ problems }) =>
    problems.map(({ code, severity }) => (severity === 'warning' ? `(${code})` : code)).join(' '),
  )
}

const HEADINGS = 'LocalID,FirstName,LastName,JobTitle\n'

describe('rows with cells too many or too few', () => {
  it.each<[what: string, rows: string, expected: string[]]>([
    [
      'a delimiter lost in one row',
      '1,Jane,Smith,\n2,Ann Lee,Porter\n3,Bob,Ray,\n',
      ['', '(uneven-row)', ''],
    ],
    ['a delimiter added in one row', '1,Jane,Smith,\n2,,Ann,Lee,\n3,Bob,Ray,\n', ['', '(uneven-row)', '']],
    ['the file cut off in its last row', '1,Jane,Smith,\n2,Ann\n', ['', '(uneven-row)']],
    ['the only row', '1,Jane\n', ['(uneven-row)']],
    [
      'empty cells dropped, as Excel does in blocks',
      '1,Jane,Smith,\n2,Ann,\n3,Bob,\n4,Jo,Day\n5,Al,Gray\n',
      ['', '', '', '', ''],
    ],
    [
      'empty cells added, as Excel does in blocks',
      '1,Jane,Smith,\n2,Ann,Lee,,\n3,Bob,Ray,,\n4,Al,Gray,,\n',
      ['', '', '', ''],
    ],
    [
      'one short row among other short ones',
      '9,Jo,Day,\n1,Jane,Smith\n2,Ann,Hay\n2,Kim,May\n3,Ann Lee\n4,Bob,Ray\n5,Al,Gray\n6,Di,Fox\n',
      ['', '', '', '', '(uneven-row)', '', '', ''],
    ],
    [
      'a line end added in one row',
      '1,Jane,Smith,Nurse\n2,Ann\n,Lee\n3,Bob,Ray,\n',
      ['', '(uneven-row)', '(uneven-row) missing-local-id', ''],
    ],
    ['a row that is blank has cells too', '9,Jo,Day,\n1,Jane,Smith\n,,\n3,Bob,Ray\n', ['', '', '']],
    [
      'all short, even right under the headings',
      '1,Jane,Smith\n2,Ann,Lee\n3,Bob,Ray\n',
      ['(uneven-row)', '', ''],
    ],
    ['filled cells too many', '1,Jane,Smith,Nurse, Ward 2\n', ['too-many-cells']],
    ['only cells without a heading are missing', '1,Jane,Smith,Nurse\n', ['']],
  ])('%s', async (what, rows, expected) => {
    const headings = what.includes('without a heading') ? HEADINGS.replace('\n', ',,\n') : HEADINGS
    expect(await shapes(headings + rows)).toEqual(expected)
  })

  it('show that a row stands in the headings, after which a line end was lost', async () => {
    expect(
      await shapes(`${HEADINGS.trim()}1,Jane,Smith,Nurse\n2,Ann,Lee,Porter\n3,Bob,Ray,\n4,Jo,Day,\n`),
    ).toEqual(['(uneven-row)', '', ''])
  })

  it('are found across the pieces in which a file arrives', async () => {
    const many = Array.from({ length: 20_000 }, (_, at) =>
      at % 5_000 === 7 ? `${at + 1},Ann Lee,y` : `${at + 1},Jane,Smith,`,
    )
    const found = await shapes(HEADINGS + many.join('\n'))
    expect(found.flatMap((shape, at) => (shape ? [at] : []))).toEqual([7, 5_007, 10_007, 15_007])
  })
})

describe('rows that are none', () => {
  it.each<[what: string, rows: string, expected: string[]]>([
    ['under another delimiter', '1;Jane;Smith;Nurse\n2,Ann,Lee,Porter\n', ['other-delimiter', '']],
    ['under another delimiter, with commas in them', '1;Jane;Smith;Nurse, ward 2\n', ['other-delimiter']],
    [
      'the headings once more, of a second file with its byte order mark',
      '1,Jane,Smith,Nurse\n\ufeff"LocalID","FirstName","LastName","JobTitle"\n',
      ['', 'headings-again'],
    ],
    [
      'the headings once more',
      '1,Jane,Smith,Nurse\nLOCALID,First name,LastName,JobTitle\n',
      ['', 'headings-again'],
    ],
    [
      'whole rows in a cell',
      '1,Jane,Smith,"Nurse\n2,Ann,Lee,Porter\n3,Bob,Ray,Sister"\n',
      ['swallowed-rows', '', 'stray-quote'],
    ],
    [
      'parts of two rows in a cell',
      '1,"Jane,Smith,Nurse\n2,Ann",Lee,Porter\n',
      ['swallowed-rows', 'stray-quote'],
    ],
    ['several lines in a cell', '1,Jane,Smith,"Nurse, ward 2\nTuesdays, Thursdays"\n', ['']],
  ])('%s', async (_, rows, expected) => {
    expect(await shapes(HEADINGS + rows)).toEqual(expected)
  })

  it('are an error where a password might stand among them', async () => {
    expect(await shapes('LocalID,Password,JobTitle\n1,"hunter2,Nurse\n2,hunter3",Porter\n')).toEqual([
      'swallowed-rows',
      'stray-quote',
    ])
  })
})

describe('quotes in a row', () => {
  it.each<[what: string, csv: string, expected: string[]]>([
    [
      'that would swallow rows of two columns',
      'LocalID,JobTitle\n00010269,"Porter\n00010234,Porter\n00010241,Porter"\n',
      ['swallowed-rows', '', 'stray-quote'],
    ],
    [
      'of an honest cell of several lines, in two columns',
      'LocalID,Description\n1,"Covers:\nLeeds, York, Hull"\n2,"Mondays\n\nand Fridays"\n',
      ['', ''],
    ],
    [
      'of an honest cell of several lines, in four',
      `${HEADINGS}1,Jane,Smith,"Covers:\nLeeds, York, Hull"\n2,Ann,Lee,"a, b\nLeeds, York, Hull\nc"\n`,
      ['', ''],
    ],
    [
      'before which a delimiter was lost',
      'LocalID,JobTitle,Description,Department\n00010269,Porter"Nights, weekends",Estates\n1,6" pipe,15" hose,Stores\n',
      ['unpaired-quotes', ''],
    ],
  ])('%s', async (_, csv, expected) => {
    expect(await shapes(csv)).toEqual(expected)
  })
})
