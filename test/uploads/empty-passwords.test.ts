import fc from 'fast-check'
import { expect, test } from 'vitest'
import { DAMAGES } from '../../proofs/files/damages.ts'
import { REWRITINGS } from '../../proofs/files/rewritings.ts'
import { type Sheet, someSheet, someStyle } from '../../proofs/files/sheets.ts'
import { type Encoding, encodingDetector, encodingFamily } from '../../src/csv/encoding.ts'
import { type Random, random } from '../../src/demo/random.ts'
import { passwordEmptier } from '../../src/uploads/empty-passwords.ts'
import { readRows, type UploadedRow } from '../../src/uploads/read-rows.ts'
import { FileRejected } from '../../src/uploads/rejected.ts'

const SECRET = 'Tr0ub4dor'

/** What is stored of a file that arrives in chunks. */
function stored(file: Buffer, chunk = file.length + 1): Buffer {
  const emptier = passwordEmptier(1_000)
  const done: Buffer[] = []
  for (let at = 0; at < file.length; at += chunk) done.push(emptier.push(file.subarray(at, at + chunk)))
  return Buffer.concat([...done, emptier.end()])
}

/** All that the check reads of bytes in an encoding, or why it refuses them. */
async function reading(bytes: Buffer, encoding: Encoding): Promise<unknown> {
  try {
    const reader = await readRows([bytes], {
      encoding,
      mode: 'both',
      mobileRequired: false,
      maxColumns: 1_000,
    })
    const rows: Omit<UploadedRow, 'length'>[] = []
    for await (const batch of reader.rows) rows.push(...batch.map(({ length: _, ...row }) => row))
    return {
      headings: reader.headings,
      delimiter: reader.head().delimiter,
      rows,
      assumptions: reader.assumptions(),
    }
  } catch (error) {
    if (error instanceof FileRejected) return { code: error.code, row: error.row, message: error.message }
    throw error
  }
}

const WORDS = ['Password', 'PASSWORD', 'Initial password', 'temp_passwd', 'Pwd']
const SECRETS = [
  SECRET,
  `${SECRET}, ${SECRET}`,
  `"${SECRET}"`,
  `${SECRET}\n${SECRET}`,
  `=${SECRET}\t;|`,
  `é${SECRET}ü`,
  `${SECRET}"`,
  ' ',
  '',
  '\u00a0',
]

function withPasswords({ headings, rows }: Sheet, chance: Random): Sheet {
  const at = chance.between(0, headings.length)
  return {
    headings: headings.toSpliced(at, 0, chance.pick(WORDS)),
    rows: rows.map((cells) => cells.toSpliced(at, 0, chance.pick(SECRETS))),
  }
}

/** The file that a seed makes, and the encoding that it is in. */
function made(
  seed: number,
  kinds: typeof REWRITINGS | typeof DAMAGES,
): { kind: string; bytes: Buffer; encoding: Encoding } | undefined {
  const chance = random(seed)
  const [kind, make] = chance.pick(Object.entries(kinds))
  if (/megabyte|ten thousand/.test(kind)) return undefined // they would take all the time
  const sheet = withPasswords(someSheet(chance), chance)
  const { bytes } = make(sheet, someStyle(chance, sheet), chance)
  const detector = encodingDetector()
  detector.push(bytes)
  const detected = detector.end()
  return detected.kind === 'text' ? { kind, bytes, encoding: detected.encoding } : undefined
}

test('the check reads what it would have read, however the file is written, and no password is in what is stored', async () => {
  for (let seed = 0; seed < 250; seed++) {
    const file = made(seed, REWRITINGS)
    if (!file) continue
    const kept = stored(file.bytes, random(seed).pick([file.bytes.length, 1, 7, 100]))
    expect(await reading(kept, file.encoding), `${seed}, ${file.kind}`).toEqual(
      await reading(file.bytes, file.encoding),
    )
    expect(kept.toString('latin1').replaceAll('\0', ''), `${seed}, ${file.kind}`).not.toContain(SECRET)
  }
})

test('the check reads, or refuses, a damaged file as it would have', async () => {
  for (let seed = 0; seed < 400; seed++) {
    const file = made(seed, DAMAGES)
    if (!file) continue
    const kept = stored(file.bytes, random(seed).pick([file.bytes.length, 1, 7, 100]))
    expect(await reading(kept, file.encoding), `${seed}, ${file.kind}`).toEqual(
      await reading(file.bytes, file.encoding),
    )
  }
})

test('a file without a column of passwords passes byte for byte, whatever is in it', () => {
  for (let seed = 0; seed < 100; seed++) {
    const chance = random(seed)
    const [, make] = chance.pick(Object.entries({ ...REWRITINGS, ...DAMAGES }))
    const sheet = someSheet(chance)
    const isPlain = (word: string) => !/pass|pwd/i.test(word)
    const kept = sheet.headings.map(isPlain)
    const plain = {
      headings: sheet.headings.filter(isPlain),
      rows: sheet.rows.map((cells) => cells.filter((_, at) => kept[at])),
    }
    const { bytes } = make(plain, someStyle(chance, plain), chance)
    if (typeof encodingFamily(bytes) === 'object') continue // it is no text, and nothing of it is kept
    expect(stored(bytes, 100).equals(bytes), `${seed}`).toBe(true)
  }
  const anyText = fc
    .uint8Array({ maxLength: 300 })
    .map((bytes) => Buffer.concat([HEADINGS, bytes]))
    .filter((bytes) => encodingFamily(bytes) === 'bytes')
  fc.assert(fc.property(anyText, (bytes) => stored(bytes, 7).equals(bytes)))
})

const HEADINGS = Buffer.from('LocalID,FirstName\n')

test('what the reading of a row depends on stays: that something stood there, separators, line breaks, lost characters', () => {
  const rows = ['1,hunter2,a', '2,,b', '3," ",c', '4,"a ""b"", c\r\nd",e', '5,caf\xe9,f', '6, x;y ,g']
  const kept = ['1,x,a', '2,,b', '3," ",c', '4,"x,x\r\nx",e', '5,x\xff,f', '6,x;x,g']
  const file = (lines: string[]) => Buffer.from(['LocalID,PassWord,Title', ...lines, ''].join('\n'), 'latin1')
  expect(stored(file(rows)).toString('latin1')).toBe(file(kept).toString('latin1'))
})

test.each([
  [
    'a title above the headings',
    'Staff with passwords\nLocalID,Password\n',
    '1,hunter2\n',
    'LocalID,Password\n1,x\n',
  ],
  ['headings that nobody knows', 'user;password\n', 'jo;hun"ter2\n', 'xx;xxx"xxxx\n'],
  ['text after a quote', 'LocalID,Password\n', '1,"hun"ter2\n2,hunter2\n', 'x,"xxx"xxxx\n2,x\n'],
])('of %s no password can be read', (_name, above, below, kept) => {
  const file = Buffer.from(above + below)
  expect(stored(file).toString()).toContain(kept)
  expect(stored(file).toString()).not.toMatch(/hunter2|ter2/)
})

// A search that begins again or keeps what it passed over takes minutes, and is given up by the test's own limit of time.
test.each(['\n', '\r', '\r\n', ',\n', ' \t\n', '"",\n'])(
  'a million blank rows (%j) above the headings are passed over, and passwords below them emptied',
  (end) => {
    const above = end.repeat(1_000_000)
    const file = Buffer.from(`${above}LocalID,Password\n1,hunter2\n`)
    expect(stored(file, 65_536).toString()).toBe(`${above}LocalID,Password\n1,x\n`)
  },
)

test('of a quote that is never closed no more than a few megabytes are held, and nothing of a spreadsheet is stored', () => {
  const emptier = passwordEmptier()
  let size = emptier.push(Buffer.from('LocalID,Password\n1,"')).length
  for (let piece = 0; piece < 8; piece++) size += emptier.push(Buffer.alloc(1024 * 1024, 'hunter2 ')).length
  expect(size).toBeGreaterThan(4 * 1024 * 1024)
  expect(stored(Buffer.concat([Buffer.from('PK\x03\x04'), Buffer.alloc(200_000, 'x')])).length).toBe(0)
})
