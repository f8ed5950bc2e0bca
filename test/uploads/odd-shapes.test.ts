import { Readable } from 'node:stream'
import { describe, expect, it, test } from 'vitest'
import { problemsFile, resultsFile } from '../../src/uploads/results-file.ts'
import { makeActor, makeOrganisation, testPortal } from '../support/portal.ts'
import { readUpload, rejection, validateUpload } from '../support/read-upload.ts'
import { apply, check, csv } from '../support/upload.ts'

// Files whose cost was out of proportion to their size. The long ones are given up by the test's own limit of time
// where they are.
const LIMIT = { maxColumns: 1_000 }

describe('columns', () => {
  it('that are empty at the end of the headings are not counted, and weigh nothing in rows', async () => {
    const wide = `LocalID,JobTitle${','.repeat(500_000)}\r\n${'1,Nurse\r\n'.repeat(3_000)}2,Porter,,${','.repeat(900)}\r\n`
    const { headings, rows } = await readUpload(wide, LIMIT)
    expect(headings.words).toEqual(['LocalID', 'JobTitle'])
    expect(rows).toHaveLength(3_001)
    expect(rows.at(-1)).toMatchObject({ row: 3_002, cells: ['2', 'Porter'], shape: { damage: null } })
  })

  it('without a heading at the end are as they came where they are few', async () => {
    const { headings, rows } = await readUpload('LocalID,JobTitle,,\n1,Nurse,,\n2,Nurse,,x\n', LIMIT)
    expect(headings.words).toHaveLength(4)
    expect(rows.map(({ cells }) => cells)).toEqual([
      ['1', 'Nurse', '', ''],
      ['2', 'Nurse', '', 'x'],
    ])
  })

  it('more than allowed are refused with the row, the column and the limit', async () => {
    const named = Array.from({ length: 150_000 }, (_, n) => `h${n}`).join(',')
    expect(await rejection(`LocalID,${named}\n1\n`, LIMIT)).toMatchObject({
      code: 'too-many-columns',
      row: 1,
      message: expect.stringContaining('column 1,001 is filled, and a file may have at most 1,000 columns'),
    })
    const row = `1,Nurse${',x'.repeat(400_000)}`
    const { rows } = await readUpload(`LocalID,JobTitle\n1,Nurse\n${row}\n`, LIMIT)
    expect(rows.map(({ shape }) => shape.damage?.code)).toEqual([undefined, 'too-many-columns'])
    expect(await rejection(`LocalID,JobTitle${',x'.repeat(998)}\n1${','.repeat(5_000)}\n`, LIMIT)).toBe(
      undefined,
    )
  })

  it('that hardly a cell stands under are refused', async () => {
    const headings = `LocalID${',x'.repeat(999)}\n`
    expect(await rejection(headings + '1\n'.repeat(6_000), LIMIT)).toMatchObject({ code: 'rows-too-short' })
    expect(await rejection(headings + '1\n'.repeat(4_000), LIMIT)).toBeUndefined()
    expect(await rejection(`${headings}${`1${',x'.repeat(40)}\n`.repeat(6_000)}`, LIMIT)).toBeUndefined()
  })

  it('of passwords are emptied in each row once, however many there are', async () => {
    const words = Array.from({ length: 900 }, (_, n) => `Password${n}`).join(',')
    const short = '1,secret\n'.repeat(2_000)
    const long = `2${',secret'.repeat(999)}\n`.repeat(40)
    const { rows } = await readUpload(`LocalID,${words}\n${short}${long}`, LIMIT)
    expect(rows.some(({ cells }) => cells.includes('secret'))).toBe(false)
  })

  it('of long names are named in short', async () => {
    const blanks = ' '.repeat(150)
    const { headings, assumptions } = await readUpload(
      `Local${blanks}ID,${'x'.repeat(100_000)}\n1,2\n`,
      LIMIT,
    )
    expect(headings.columns[0]?.word).toHaveLength(100)
    expect(assumptions.ignored[0]).toHaveLength(100)
    const [row] = await validateUpload(`Local${blanks}ID,Mobile\n1E+05,2\n`, LIMIT)
    expect(JSON.stringify(row).length).toBeLessThan(2_000)
  })

  it('that are ignored are named up to fifty, and what was lost in them up to five', async () => {
    const words = Array.from({ length: 300 }, (_, n) => `h${n}`).join(',')
    const file = `LocalID,${words}\n1${',\ufffd'.repeat(300)}\n`
    const { assumptions } = await readUpload(file, LIMIT)
    expect(assumptions.ignored).toHaveLength(51)
    expect(assumptions.ignored.at(-1)).toBe('250 more')
    const [row] = await validateUpload(file, LIMIT)
    expect(row?.problems).toHaveLength(5)
  })

  it('that are one column hundreds of times are not all named', async () => {
    const rejected = await rejection(`${'LocalID,'.repeat(900)}x\n1\n`, LIMIT)
    expect(rejected?.message).toContain('has 900 columns for LocalID')
    expect(rejected?.message.length).toBeLessThan(1_000)
  })
})

describe('cells', () => {
  it('of three hundred thousand accents are too long to be read, wherever they stand', async () => {
    const accents = `a${'\u0301\u0316'.repeat(150_000)}`
    const rows = await validateUpload(
      `LocalID,FirstName,Site,Notes\n1,${accents},,\n2,,${accents},\n${accents},,,\n3,,,${accents}\n`,
      LIMIT,
    )
    expect(rows.map(({ problems }) => problems.map(({ code }) => code))).toEqual([
      ['too-long'],
      ['too-long'],
      ['too-long'],
      [],
    ])
    expect(await rejection(`LocalID,${accents},Password${accents}\n1,2,3\n`, LIMIT)).toBeUndefined()
  })

  it('of passwords are known by a heading that is long', async () => {
    const { rows } = await readUpload(`LocalID,${'Please write here '.repeat(20)}the password\n1,secret\n`)
    expect(rows[0]?.cells).toEqual(['1', ''])
  })
})

test('files to download come in pieces, whatever their rows hold', async () => {
  await using portal = await testPortal()
  const organisation = await makeOrganisation(portal, 'RX1')
  const ann = await makeActor(portal, 'ann@trust.example', 'local-administrator', organisation)
  const wide = csv(`${'\r\n'.repeat(100_000)}LocalID${',x'.repeat(999)}`, ...Array<string>(900).fill('1'))
  const { upload } = await check(portal, ann, 'RX1', wide + csv(`1,${'y'.repeat(1_000_000)}`).repeat(3))
  const problems = await problemsFile(portal, ann, upload.id)
  const ended = await apply(portal, ann, upload)
  for (const { content } of [problems, await resultsFile(portal, ann, ended.upload.id)]) {
    const pieces: string[] = await Readable.from(content).toArray()
    const lengths = pieces.map((piece) => piece.length)
    expect(lengths.filter((length) => length > 150_000)).toHaveLength(3)
    expect(Math.max(...lengths)).toBeLessThan(1_100_000)
    expect(
      pieces
        .join('')
        .split('\r\n')
        .filter((line) => line.startsWith(`1${','.repeat(1_000)}`)),
    ).toHaveLength(900)
  }
})
