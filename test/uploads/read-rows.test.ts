import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readUpload, rejection, validateUpload } from '../support/read-upload.ts'

const PEOPLE = 'LocalID,FirstName,LastName,Mobile\r\n'

describe('headings', () => {
  it.each([
    ['case, blanks, underscores, hyphens and colons', ' local id ,FIRST_NAME,last-name:,mobile*'],
    ['a byte order mark', '\uFEFFLocalID,FirstName,LastName,Mobile'],
    ['quotes', '"LocalID","First Name","LastName","Mobile"'],
    ['the Mailbox Report’s word', 'ExternalSyncID,FirstName,LastName,Mobile'],
  ])('are read without regard to %s', async (_, heading) => {
    const { headings } = await readUpload(`${heading}\n1,Jane,Smith,\n`)
    expect(headings.columns.map(({ column }) => column.name)).toEqual([
      'localId',
      'firstName',
      'lastName',
      'mobile',
    ])
  })

  it('are read in any order, and keep the person’s words', async () => {
    const { headings } = await readUpload('job_title,Notes,Local ID\nNurse,x,1\n')
    expect(headings.words).toEqual(['job_title', 'Notes', 'Local ID'])
    expect(headings.columns.map(({ at, word, column }) => [at, word, column.name])).toEqual([
      [0, 'job_title', 'jobTitle'],
      [2, 'Local ID', 'localId'],
    ])
  })

  it('name the columns that are ignored, a nameless one too', async () => {
    const { assumptions } = await readUpload('LocalID,Shoe size,,Password,Notes,,\n1,2,3,4,5,,\n')
    expect(assumptions.ignored).toEqual(['Shoe size', 'column 3, without a heading', 'Notes'])
    expect(assumptions.columns).toEqual([{ heading: 'LocalID', field: 'localId' }])
    expect(assumptions.passwordIgnored).toBe(true)
  })
})

describe('columns at the end without a heading', () => {
  it('are named as ignored where something stands in them', async () => {
    const { assumptions } = await readUpload('LocalID,Title,,\n1,Dr,,\n2,Dr,,Nurse\n')
    expect(assumptions.ignored).toEqual(['column 4, without a heading'])
  })
})

describe('a file is rejected', () => {
  it.each([
    ['no heading row', '1001,Jane,Smith\n1002,Ann,Lee\n', 'no-heading-row', /template/],
    ['no heading row that is known', 'a,b,c\n1,2,3\n', 'no-heading-row', /LocalID/],
    ['nothing but commas', ',,,\n,,\n', 'no-heading-row', /heading/],
    [
      'neither LocalID nor ID',
      'FirstName,LastName\nJane,Smith\n',
      'missing-heading',
      /LocalID or ExternalSyncID \(or ID, or EmailAddress\)/,
    ],
    [
      'a column twice',
      'LocalID,First Name,first_name\n1,a,b\n',
      'repeated-heading',
      /“First Name”, “first_name”/,
    ],
    ['a column under two names', 'LocalID,ExternalSyncID\n1,1\n', 'repeated-heading', /LocalID/],
    ['headings only', 'LocalID,FirstName\n', 'no-rows', /no rows/],
    ['headings and blank rows only', 'LocalID,FirstName\n,\n\n', 'no-rows', /no rows/],
  ])('%s', async (_, csv, code, message) => {
    expect(await rejection(csv)).toMatchObject({ code, message: expect.stringMatching(message), row: null })
  })

  it('never repeating a row that may be a person’s data', async () => {
    expect((await rejection('1001,Jane,Smith,hunter2\n'))?.message).not.toMatch(/1001|Jane|hunter2/)
  })

  it.each(['create', 'both'] as const)('when %s lacks what a new account needs', async (mode) => {
    const rejected = await rejection('LocalID,LastName\n1,Smith\n', { mode })
    expect(rejected).toMatchObject({
      code: 'missing-heading',
      message: expect.stringContaining('FirstName, Mobile'),
    })
    expect(rejected?.message).toContain('found are: LocalID, LastName')
    expect(
      await rejection('LocalID,FirstName,LastName\n1,J,S\n', { mode, mobileRequired: false }),
    ).toBeUndefined()
    expect(await rejection(`${PEOPLE}1,J,S,07700900123\n`, { mode })).toBeUndefined()
  })

  it('but not in update with the ID alone', async () => {
    expect(await rejection('ID,JobTitle\n1,Nurse\n')).toBeUndefined()
  })

  it('with the row where a malformed quote opens, where no row can be read', async () => {
    expect(await rejection('LocalID,JobTitle\n\n2,"Sis"ter\n3,"Por"ter\n')).toMatchObject({
      code: 'text-after-quote',
      row: 3,
      message: expect.stringContaining('column 2'),
    })
    expect(await rejection('LocalID,JobTitle\n1,"Nurse')).toMatchObject({ code: 'unclosed-quote', row: 2 })
    expect(await rejection('LocalID,JobTitle\n1,Nur\0se\n')).toMatchObject({ code: 'nul-character', row: 2 })
  })

  it('with the place in the heading row where that is malformed, whatever its delimiter', async () => {
    expect(await rejection('LocalID;"Job"Title;Mobile\n1;Nurse;\n')).toMatchObject({
      code: 'text-after-quote',
      row: 1,
      message: expect.stringContaining('column 2'),
    })
  })

  it('with more rows than allowed, blank ones not counted', async () => {
    expect(await rejection('LocalID\n1\n\n2\n', { maxRows: 2 })).toBeUndefined()
    expect(await rejection('LocalID\n1\n2\n3\n', { maxRows: 2 })).toMatchObject({ code: 'too-many-rows' })
  })
})

describe('rows', () => {
  it('are numbered as in the spreadsheet, blank ones and line breaks in cells considered', async () => {
    const { rows } = await readUpload('LocalID,Description\n1,"two\nlines"\n\n,\n2,x\n')
    expect(rows.map(({ row, isBlank }) => [row, isBlank])).toEqual([
      [2, false],
      [3, true],
      [4, true],
      [5, false],
    ])
    expect(rows[0]?.cells).toEqual(['1', 'two\nlines'])
  })

  it('are numbered as in the spreadsheet where blank rows stand above the headings', async () => {
    const { headings, rows } = await readUpload('\n,,\nLocalID,Title\n1,Dr\n')
    expect([headings.row, rows[0]?.row]).toEqual([3, 4])
  })

  it('keep every cell as it was read, known column or not', async () => {
    const { rows } = await readUpload('LocalID,Notes,Mobile\n 007 ,  spaced  ,"\'+447700900123"\n')
    expect(rows[0]?.cells).toEqual([' 007 ', '  spaced  ', '+447700900123'])
  })

  it('may end early or with empty cells too many, as spreadsheets write them', async () => {
    const { rows } = await readUpload('LocalID,Title,JobTitle\n1\n2,Dr,Nurse,,\n')
    expect(rows.map(({ shape }) => shape.damage)).toEqual([null, null])
  })

  it('with filled cells too many are damaged', async () => {
    const { rows } = await readUpload('LocalID,JobTitle\n1,Nurse, Ward 2\n')
    expect(rows[0]?.shape.damage).toEqual({
      code: 'too-many-cells',
      at: null,
      raw: '1,Nurse, Ward 2',
    })
  })

  it('swallowed by a quote that closes rows later are found out', async () => {
    const csv =
      'LocalID,FirstName,LastName,JobTitle\n1,Jane,Smith,"Nurse\n2,Ann,Lee,Porter\n3,Bob,Ray,Sister"\n4,a,b,c\n'
    const { rows } = await readUpload(csv)
    expect(rows.map(({ row, shape }) => [row, shape.damage?.code])).toEqual([
      [2, 'swallowed-rows'],
      [3, undefined],
      [4, 'stray-quote'],
      [5, undefined],
    ])
  })
})

describe('what is assumed', () => {
  it.each([
    [',', 'LocalID,Title,Notes;x\r\n1,Dr,a;b\r\n', 'CRLF'],
    [';', 'LocalID;Title;Notes,x\n1;Dr;a,b\n', 'LF'],
    ['\t', 'LocalID\tTitle\n1\tDr\n', 'LF'],
    ['|', 'LocalID|Title\r1|Dr\r', 'CR'],
    [';', '"Notes, long";"LocalID";Title\r\nx;1;Dr\n', 'mixed'],
    [';', 'sep=;\r\nLocalID;Title\r\n1;Dr\r\n', 'CRLF'],
    [',', 'LocalID\n1\n', 'LF'],
  ])('the delimiter %j', async (delimiter, csv, lineEnds) => {
    const read = await readUpload(csv)
    expect(read.delimiter).toBe(delimiter)
    expect(read.assumptions.lineEnds).toBe(lineEnds)
    expect(read.rows[0]?.row).toBe(2)
  })

  it('is whole only once all rows are read, however the bytes come', async () => {
    const people = Array.from({ length: 20_000 }, (_, at) => `${at},Dr`).join('\n')
    const { rows, assumptions } = await readUpload(`LocalID,Title\n${people}\r\n`)
    expect([rows.length, rows.at(-1)?.row, assumptions.lineEnds]).toEqual([20_000, 20_001, 'mixed'])
  })
})

describe('any bytes at all', () => {
  const piece = fc.oneof(
    fc
      .constantFrom('"', ',', '\n', '\r\n', ';', ' ', '[clear]', '0770', 'É', '=', 'x'.repeat(70), '7.7E+09')
      .map((text) => Buffer.from(text)),
    fc.uint8Array({ maxLength: 4 }).map((bytes) => Buffer.from(bytes)),
  )
  const heading = fc.constantFrom(
    'LocalID,FirstName,Mobile\n',
    'ID;Password;Title\r\n',
    'LocalID\tDescription\n',
    '',
  )

  it('are rows with values or problems, or a rejection that says why', async () => {
    const file = fc.tuple(heading, fc.array(piece, { maxLength: 30 }))
    await fc.assert(
      fc.asyncProperty(file, async ([first, pieces]) => {
        const bytes = Buffer.concat([Buffer.from(first), ...pieces])
        const outcome = await validateUpload(bytes).catch((error: Error) => error)
        if (outcome instanceof Error) {
          expect(outcome.name === 'FileRejected' || /^not text/.test(outcome.message)).toBe(true)
          return
        }
        for (const { row, values, id, problems } of outcome) {
          expect(row).toBeGreaterThan(1)
          expect(Object.keys(values).length + (id ?? 0) + problems.length).toBeGreaterThan(0)
          for (const { message, value } of problems) expect(`${message}${value ?? ''}`).not.toContain('\0')
        }
      }),
      { numRuns: 2000 },
    )
  })
})
