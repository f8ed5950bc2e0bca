import { Readable } from 'node:stream'
import { expect, test } from 'vitest'
import { localIdsOfFile } from '../../src/actions/read-local-ids.ts'
import { csvAsXlsx } from '../../src/spreadsheets/csv-as-xlsx.ts'

async function workbook(csv: string): Promise<Buffer> {
  const pieces: Buffer[] = []
  const { content } = csvAsXlsx({ filename: 'ids.csv', content: Readable.from([csv]) })
  for await (const piece of content) pieces.push(piece)
  return Buffer.concat(pieces)
}

test('the column of local IDs is read from a workbook, zeros and all', async () => {
  const file = await workbook('Name,Staff number\r\nJane,0012\r\nOmar,A-2\r\n,\r\n')
  expect(await localIdsOfFile([file.subarray(0, 100), file.subarray(100)])).toEqual(['0012', 'A-2'])
})

test('without a heading it is the first cell of each row', async () => {
  expect(await localIdsOfFile([await workbook('0012\r\nA-2\r\n')])).toEqual(['0012', 'A-2'])
})

test.each([
  ['an old workbook', Buffer.from('d0cf11e0a1b11ae1'.padEnd(2048, '0'), 'hex')],
  ['an archive that is none', Buffer.from('PK\u0003\u0004 and so on')],
])('%s is refused, and told what to do', async (_, file) => {
  await expect(localIdsOfFile([file])).rejects.toMatchObject({ name: 'InvalidInput' })
})
