import { expect, test } from 'vitest'
import { UPLOAD_FORMAT } from '../../src/uploads/columns.ts'
import { readHeadings } from '../../src/uploads/headings.ts'
import { knownCells } from '../../src/uploads/known-cells.ts'
import { FITTING } from '../../src/uploads/row-shape.ts'
import { validateRow } from '../../src/uploads/validate-row.ts'
import { CONTEXT } from '../support/read-upload.ts'

const HEADINGS = readHeadings(
  ['LocalID', 'FirstName', 'JobTitle', 'Site', 'HideMobile', 'Telephone', 'Description'],
  1,
  UPLOAD_FORMAT,
)

// Plain, damaged, cleared, blank, of another form, too long: whatever a cell may hold, again and again.
const CELLS = [
  ['0012', '12', 'A-7', '="0012"', '7.7E+09', ' 0012 '],
  ['Ann', 'Ann ', 'N/A', 'Zoë', 'Zoe\u0301', 'Ann\u200b', '[clear]', ''],
  ['Porter', 'porter', '[clear]', '#REF!', '+44 7700 900123', 'Porter;;', 'x'.repeat(120), 'x'.repeat(400)],
  ['RX101', 'rx101', 'St Mary’s Hospital', "St Mary's Hospital", 'Nowhere', ''],
  ['Yes', 'no', '1', 'FALSE', 'perhaps', ''],
  ['0113 496 0000', '0113 496 0000 ext 7', 'a@b.example', '-', ''],
  ['Nights', 'Nights;;', 'Nights', '[ clear ]', ' Nights', 'a\nb'],
]

test('a cell that was read before is read as it was the first time', () => {
  const known = knownCells()
  const rows = Array.from({ length: 4_000 }, (_, n) =>
    CELLS.map((cells, at) => cells[(n * (at + 3) + (n >> 3)) % cells.length] ?? ''),
  )
  for (const [at, cells] of rows.entries()) {
    const row = {
      row: at + 2,
      cells: cells.slice(0, 7 - (at % 3)),
      length: 99,
      isBlank: false,
      shape: FITTING,
    }
    const remembered = validateRow(row, HEADINGS, { ...CONTEXT, known })
    expect(plain(remembered)).toEqual(plain(validateRow(row, HEADINGS, CONTEXT)))
  }
  const [within, atEnd] = [known('jobTitle', false), known('description', true)]
  expect(['Porter', '[clear]', '#REF!', 'x'.repeat(120)].map(within.find)).toEqual([
    'Porter',
    ...[undefined, undefined, undefined],
  ])
  expect(['Nights', 'Nights;;'].map(atEnd.find)).toEqual(['Nights', undefined])
})

test('of a column in which no two cells are the same, nothing is kept', () => {
  const mobiles = knownCells()('mobile', false)
  for (let n = 0; n < 1_000; n++) {
    const mobile = `07700 9${String(n).padStart(5, '0')}`
    expect(mobiles.find(mobile)).toBeUndefined()
    mobiles.add(mobile, mobile)
  }
  expect(mobiles.find('07700 900000')).toBeUndefined()
})

/** Without the functions that judge a doubt once its account is known. */
function plain(read: object): unknown {
  return JSON.parse(JSON.stringify(read))
}
