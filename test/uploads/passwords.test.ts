import { describe, expect, it } from 'vitest'
import { FITTING } from '../../src/uploads/row-shape.ts'
import { readUpload, validateUpload } from '../support/read-upload.ts'

async function cells(csv: string): Promise<string[][]> {
  return (await readUpload(csv)).rows.map((row) => row.cells)
}

describe('a column of passwords', () => {
  it.each(['Password', 'password', 'Initial password', 'INITIAL_PASSWORD', 'Temp-Passwd', 'Pwd'])(
    'under %s is emptied',
    async (word) => {
      expect(await cells(`LocalID,${word},Title\n1,hunter2,Dr\n`)).toEqual([['1', '', 'Dr']])
    },
  )

  it('is emptied, all of them where there are several', async () => {
    expect(await cells('Password,LocalID,Password\nhunter2,1,hunter3\n')).toEqual([['', '1', '']])
  })

  it('does not make a row blank that has nothing else', async () => {
    const { rows } = await readUpload('LocalID,Password\n,hunter2\n')
    expect(rows).toMatchObject([{ row: 2, cells: ['', ''], isBlank: false, shape: FITTING }])
  })

  it('may have slipped to the right in a row with cells too many', async () => {
    expect(await cells('LocalID,JobTitle,Password,Title\n1,Nurse, Ward 2,hunter2,Dr\n')).toEqual([
      ['1', 'Nurse', '', '', 'Dr'],
    ])
    expect(await cells('LocalID,JobTitle,Password,Title\n1,Nurse, Ward 2,hunter2,\n')).toEqual([
      ['1', 'Nurse', '', '', ''],
    ])
  })

  it('makes a row with one empty cell too many an error, since a neighbour is emptied with it', async () => {
    const csv = 'LocalID,Password,JobTitle\n1,hunter2,Nurse,\n'
    expect(await cells(csv)).toEqual([['1', '', '', '']])
    expect((await validateUpload(csv))[0]?.problems).toMatchObject([
      { code: 'too-many-cells', severity: 'error' },
    ])
  })

  it('may have slipped to the left in a row with cells too few, which is an error then', async () => {
    const csv = 'LocalID,FirstName,JobTitle,Password\n1,Jane Nurse,hunter2\n'
    expect(await cells(csv)).toEqual([['1', 'Jane Nurse', '']])
    expect((await validateUpload(csv))[0]?.problems).toMatchObject([
      { code: 'too-few-cells', severity: 'error' },
    ])
  })

  it('of rows that a quote has swallowed goes with them', async () => {
    const csv =
      'LocalID,FirstName,Description,Password\n1,Jane,"nice,hunter1\n2,Ann,tall,hunter2\n3,Bob,small",hunter3\n'
    expect(await cells(csv)).toEqual([
      ['', '', '', ''],
      ['2', 'Ann', 'tall', ''],
      ['', '', '', ''],
    ])
  })

  it('that has lost a character has a word on its row, which may have swallowed those below', async () => {
    const [row] = await validateUpload('LocalID,FirstName,Password\n1,Jane,hunter2\ufffd\n')
    expect(row?.problems).toMatchObject([
      { column: 'Password', code: 'unreadable-character', severity: 'warning', value: null },
    ])
    expect(JSON.stringify(row)).not.toContain('hunter2')
  })

  it('is in no value and no problem, whatever the rows look like', async () => {
    const rows = [
      '1,Jane,hunter2,Dr',
      '2,Jane,x,hunter2,Dr',
      '3,hunter2,Dr',
      '4,hunter2',
      '5,,hunter2,',
    ].join('\n')
    const validated = await validateUpload(`LocalID,FirstName,Password,Title\n${rows}\n`)
    expect(validated).toHaveLength(5)
    expect(JSON.stringify(validated)).not.toContain('hunter2')
  })
})

describe('the columns that Muster itself added', () => {
  it('are known again, to be replaced', async () => {
    const { headings, assumptions } = await readUpload(
      'LocalID,Notes,Result,ResultDetail,AccountID,EmailAddress\n1,x,Updated,,7,a@staff.example\n',
    )
    expect(headings.results).toEqual([2, 3, 4, 5])
    expect(assumptions.ignored).toEqual(['Notes'])
  })

  it('the Mailbox Report’s own EmailAddress is not one of them', async () => {
    const report = 'ID,ExternalSyncID,EmailAddress,DisplayName'
    expect((await readUpload(`${report}\n1,2,a,b\n`)).headings.results).toEqual([])
    const sentBack = `${report},Result,ResultDetail,AccountID,EmailAddress`
    expect((await readUpload(`${sentBack}\n1,2,a,b,c,d,e,f\n`)).headings.results).toEqual([4, 5, 6, 7])
    expect((await readUpload(`${report},Problem\n1,2,a,b,c\n`)).headings.results).toEqual([4])
  })
})
