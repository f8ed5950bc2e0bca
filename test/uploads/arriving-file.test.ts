import { readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { describe, expect, it, test } from 'vitest'
import { InvalidInput } from '../../src/errors.ts'
import { arrivingFile } from '../../src/uploads/arriving-file.ts'
import type { SentAs } from '../../src/uploads/upload.ts'
import { ods, type SheetXml, sheetRows, xlsx } from '../support/workbooks.ts'

const LIMITS = { uploadMaxBytes: 1_000_000, uploadMaxColumns: 1_000 }

async function arrive(
  bytes: Buffer | string,
  { sheet, limits = LIMITS, size = 100 }: { sheet?: string; limits?: typeof LIMITS; size?: number } = {},
): Promise<SentAs & { text: string }> {
  const whole = Buffer.from(bytes)
  async function* pieces(): AsyncGenerator<Buffer> {
    for (let at = 0; at < whole.length; at += size) yield whole.subarray(at, at + size)
  }
  const file = arrivingFile({ bytes: pieces(), sheet }, limits)
  let text = ''
  for await (const piece of file.bytes) text += piece.toString()
  return { ...file.sentAs(), text }
}

test('text arrives as it is', async () => {
  const text = 'LocalID,JobTitle\n1,Porter\n'
  for (const size of [1, 100])
    expect(await arrive(text, { size })).toMatchObject({ format: 'csv', sheet: null, text })
  expect(await arrive('')).toMatchObject({ text: '' })
})

test('a workbook arrives as the CSV of its sheet, in which it can be found again', async () => {
  const file = await xlsx(sheetRows(['LocalID', 'JobTitle'], ['0012', '=1+1; "x"']))
  expect(await arrive(file)).toEqual({
    format: 'xlsx',
    sheet: 'Staff',
    otherSheets: [],
    text: `\uFEFFLocalID,JobTitle\r\n0012,"'=1+1; ""x"""\r\n`,
  })
  const rows =
    '<table:table table:name="A"><table:table-row><table:table-cell><text:p>LocalID</text:p></table:table-cell></table:table-row></table:table>'
  expect(await arrive(await ods(rows), { size: 1 })).toMatchObject({
    format: 'ods',
    sheet: 'A',
    text: '\uFEFFLocalID\r\n',
  })
})

describe('the sheet that is read', () => {
  const cover: SheetXml = { name: 'Cover', xml: sheetRows(['Staff list'], ['Title: for November']) }
  const empty: SheetXml = { name: 'Empty', xml: '' }
  const staff: SheetXml = {
    name: 'Staff',
    xml: sheetRows(['November'], ['LocalID', 'JobTitle'], ['1', 'Porter']),
  }
  const lists: SheetXml = { name: 'Lists', state: 'hidden', xml: sheetRows(['LocalID', 'Site']) }
  const all = [empty, lists, cover, staff]

  it.each<[string, SheetXml[], string | undefined, string, string[]]>([
    ['is the first with headings', all, undefined, 'Staff', ['Cover']],
    ['or else the first with anything in it', [empty, cover], undefined, 'Cover', []],
    ['or the one that is named', all, 'cover ', 'Cover', ['Staff']],
    ['hidden too', all, 'Lists', 'Lists', ['Cover', 'Staff']],
    ['but no name is no name', all, '  ', 'Staff', ['Cover']],
  ])('%s', async (_what, sheets, wanted, sheet, otherSheets) => {
    expect(await arrive(await xlsx(sheets), wanted === undefined ? {} : { sheet: wanted })).toMatchObject({
      sheet,
      otherSheets,
    })
  })

  it.each<[string, SheetXml[], string | undefined, string, RegExp]>([
    ['has no such name', all, 'People', 'sheet', /no sheet “People”.*“Empty”, “Lists”, “Cover”, “Staff”/],
    ['has nothing in it', [empty], undefined, 'file', /is empty\. Choose/],
    ['is hidden', [empty, lists], undefined, 'file', /hidden \(“Lists”\)/],
  ])('is refused where it %s', async (_what, sheets, wanted, field, words) => {
    const refused = arrive(await xlsx(sheets), wanted === undefined ? {} : { sheet: wanted })
    await expect(refused).rejects.toMatchObject({
      name: 'InvalidInput',
      field,
      message: expect.stringMatching(words),
    })
  })

  it('is none of a text', async () => {
    await expect(arrive('LocalID\n1\n', { sheet: 'Staff' })).rejects.toMatchObject({
      field: 'sheet',
      code: 'sheet-missing',
    })
  })
})

test('what can’t be read is refused in words, and what is too large while it arrives', async () => {
  await expect(arrive(Buffer.from('d0cf11e0a1b11ae1', 'hex'))).rejects.toThrow(/old Excel file/)
  await expect(arrive('PK\x03\x04')).rejects.toMatchObject({ name: 'InvalidInput', code: 'file-damaged' })
  const file = await xlsx(sheetRows(['LocalID', 'JobTitle'], ['1', 'Porter']))
  await expect(arrive(file, { limits: { ...LIMITS, uploadMaxBytes: 500 } })).rejects.toMatchObject({
    code: 'file-too-large',
  })
})

test('a client that goes away in the middle is told so, and no file stays', async () => {
  async function* broken(): AsyncGenerator<Buffer> {
    yield Buffer.from('PK\x03\x04 and more')
    throw new Error('aborted')
  }
  const file = arrivingFile({ bytes: broken() }, LIMITS)
  await expect(file.bytes.next()).rejects.toBeInstanceOf(InvalidInput)
  expect(readdirSync(tmpdir()).filter((name) => /^muster-[0-9a-f]{8}-/.test(name))).toEqual([])
})
