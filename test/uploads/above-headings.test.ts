import { expect, it } from 'vitest'
import { readUpload } from '../support/read-upload.ts'

it.each<[what: string, csv: string, headingRow: number, passedOver: number, ids: string[]]>([
  ['a title', 'Staff list November\nLocalID,JobTitle\n1,Nurse\n', 2, 1, ['1']],
  ['a title over empty cells', 'Staff list,,\n\nLocalID,JobTitle,Site\n1,Nurse,\n', 3, 1, ['1']],
  ['comments', '# made by ESR\n# on 3/11, by Jo; all staff\nLocalID;JobTitle\n1;Nurse\n', 3, 2, ['1']],
  ['a title with a stray quote', '"Staff" list\nLocalID,JobTitle\n1,Nurse\n', 2, 1, ['1']],
  ['nothing, over rows of such words', 'LocalID,JobTitle\n1,Position\nUnit,Title\n', 1, 0, ['1', 'Unit']],
])('%s above the headings: row %3$i holds them', async (_, csv, headingRow, passedOver, ids) => {
  const { headings, rows, notes } = await readUpload(csv)
  expect(headings.row).toBe(headingRow)
  expect(rows.map(({ row, cells }) => [row, cells[0]])).toEqual(
    ids.map((id, at) => [headingRow + 1 + at, id]),
  )
  expect(notes.filter(({ code }) => code === 'rows-above-headings').map(({ count }) => count)).toEqual(
    passedOver === 0 ? [] : [passedOver],
  )
})

it('an empty heading over rows that are shorter is told for the file', async () => {
  const rows = '1,Nurse,Estates,x\n2,Nurse,Estates,x\n'
  const { notes } = await readUpload(`LocalID,JobTitle,,Department,Description\n${rows}`)
  expect(notes).toMatchObject([
    { code: 'empty-heading', count: 2, message: expect.stringMatching(/^Column 3 has no/) },
  ])
  expect((await readUpload(`LocalID,JobTitle,,Department\n${rows}`)).notes).toEqual([])
})

it.each([
  ['colons', 'LocalID:JobTitle\n1:"Nurse: ward 2"\n', ['1', 'Nurse: ward 2']],
  ['apostrophes', "'LocalID','JobTitle'\n'1','Nurse, ward ''A'' \"B\"'\n", ['1', 'Nurse, ward \'A\' "B"']],
])('cells between %s are read', async (_, csv, cells) => {
  expect((await readUpload(csv)).rows[0]?.cells).toEqual(cells)
})
