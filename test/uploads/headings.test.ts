import { describe, expect, it } from 'vitest'
import { encodingDetector } from '../../src/csv/encoding.ts'
import { readUpload, rejection } from '../support/read-upload.ts'

async function fields(headings: string): Promise<Record<string, string>> {
  const { headings: read } = await readUpload(`${headings}\n1,2,3,4,5,6,7,8\n`)
  return Object.fromEntries(read.columns.map(({ word, column }) => [word, column.name]))
}

describe('headings of other systems', () => {
  it('are read by the words that are usual there', async () => {
    expect(
      await fields('Employee number,Surname,Forename(s),Mobile number,Phone,Location,OU,Position'),
    ).toEqual({
      'Employee number': 'localId',
      Surname: 'lastName',
      'Forename(s)': 'firstName',
      'Mobile number': 'mobile',
      Phone: 'telephone',
      Location: 'site',
      OU: 'organisationalUnit',
      Position: 'jobTitle',
    })
  })

  it('are read with a remark', async () => {
    expect(await fields('Local ID (payroll),Mobile [work],Surname (legal)')).toEqual({
      'Local ID (payroll)': 'localId',
      'Mobile [work]': 'mobile',
      'Surname (legal)': 'lastName',
    })
    expect((await readUpload('LocalID,JobTitle (password)\n1,hunter2\n')).rows[0]?.cells).toEqual(['1', ''])
  })

  it('give way to our own, and are not read where two could be the column', async () => {
    expect(await fields('LocalID,Site,Location,Job,Position')).toEqual({ LocalID: 'localId', Site: 'site' })
    const { assumptions } = await readUpload('LocalID,Site,Location,Job,Position\n1,2,3,4,5\n')
    expect(assumptions.ignored).toEqual(['Location', 'Job', 'Position'])
    expect(assumptions.nearest).toEqual([
      { heading: 'Job', nearest: 'JobTitle' },
      { heading: 'Position', nearest: 'JobTitle' },
    ])
  })
})

describe('a heading that is not read', () => {
  it.each([
    ['Frist name', 'FirstName'],
    ['Fist_name', 'FirstName'],
    ['Departement', 'Department'],
    ['Emp. job title', 'JobTitle'],
    ['Moblie', 'Mobile'],
    ['Surnmae', 'LastName'],
  ])('%j is told with the nearest, %s', async (heading, nearest) => {
    const { assumptions } = await readUpload(`LocalID,${heading}\n1,x\n`)
    expect(assumptions.nearest).toEqual([{ heading, nearest }])
  })

  it.each(['Notes', 'Shoe size', 'Start date', 'Status', 'Cost centre', 'x', '', 'constructor'])(
    '%j is near none',
    async (heading) => {
      expect((await readUpload(`LocalID,${heading}\n1,x\n`)).assumptions.nearest).toEqual([])
    },
  )

  it('is named where a file lacks a column that it may have meant', async () => {
    expect((await rejection('Local IDs nr,JobTitle\n1,Nurse\n'))?.message).toContain(
      '“Local IDs nr” wasn’t read. Did you mean LocalID?',
    )
  })
})

describe('a file that is something else', () => {
  it.each([
    ['a web page', '<html><table><tr><td>LocalID</td></tr></table></html>', 'web-page'],
    ['a table of one', '\ufeff\n<table><tr><td>LocalID</td></tr></table>', 'web-page'],
    ['XML', '<?xml version="1.0"?><Workbook></Workbook>', 'xml'],
  ])('%s is named for what it is', (_, text, what) => {
    for (const bytes of [Buffer.from(text), Buffer.from(text, 'utf16le')]) {
      const detector = encodingDetector()
      detector.push(bytes)
      expect(detector.end()).toMatchObject({
        kind: 'not-text',
        what,
        message: expect.stringContaining('LibreOffice'),
      })
    }
  })

  it('lines that stand in quotes as a whole are named so', async () => {
    expect(await rejection('"LocalID,""Job title"""\n"1,Porter"\n')).toMatchObject({
      code: 'lines-in-quotes',
    })
  })
})
