import fc from 'fast-check'
import iconv from 'iconv-lite'
import { describe, expect, it } from 'vitest'
import { type Detected, decodeText, type Encoding, encodingDetector } from '../../src/csv/encoding.ts'

const TEXT = 'LocalID,FirstName\r\n0012,Zoë – O’Brien €\r\n'

function detect(bytes: Uint8Array, size = 7): Detected {
  const detector = encodingDetector()
  for (let at = 0; at < bytes.length; at += size) detector.push(bytes.subarray(at, at + size))
  return detector.end()
}

async function decode(bytes: Uint8Array, encoding: Encoding): Promise<string> {
  const pieces = Array.from(bytes, (_, at) => bytes.subarray(at, at + 1))
  let text = ''
  for await (const piece of decodeText(pieces, encoding)) text += piece
  return text
}

describe('detecting an encoding', () => {
  it.each<[Encoding, Buffer]>([
    ['utf-8', iconv.encode(TEXT, 'utf8')],
    ['utf-8-bom', iconv.encode(TEXT, 'utf8', { addBOM: true })],
    ['utf-16le', iconv.encode(TEXT, 'utf-16le', { addBOM: true })],
    ['utf-16le', iconv.encode(TEXT, 'utf-16le')],
    ['utf-16be', iconv.encode(TEXT, 'utf-16be', { addBOM: true })],
    ['utf-16be', iconv.encode(TEXT, 'utf-16be')],
    ['windows-1252', iconv.encode(TEXT, 'windows-1252')],
  ])('%s, and its text', async (encoding, bytes) => {
    expect(detect(bytes)).toEqual({ kind: 'text', encoding })
    expect(await decode(bytes, encoding)).toBe(TEXT)
  })

  const ASCII = 'plain,text\r\n'.repeat(20_000)
  const ALONE = Buffer.from([0xe9]) // an é in Windows-1252, half a character in UTF-8

  it.each<[string, Buffer, Encoding]>([
    ['an é alone is Windows-1252, however late', Buffer.concat([Buffer.from(ASCII), ALONE]), 'windows-1252'],
    ['more broken than whole, too', Buffer.concat([Buffer.from('é'), ALONE, ALONE, ALONE]), 'windows-1252'],
    [
      'one broken character leaves UTF-8 what it is',
      Buffer.concat([Buffer.from(`é${ASCII}`), ALONE]),
      'utf-8',
    ],
    ['the byte order mark counts', Buffer.concat([Buffer.from(`\uFEFF${ASCII}`), ALONE]), 'utf-8-bom'],
    ['a character cut off at the end', Buffer.from('Zoë Zoë').subarray(0, -1), 'utf-8'],
    ['an overlong form is none', Buffer.from([0x61, 0xc0, 0xaf]), 'windows-1252'],
  ])('of UTF-8 that is damaged, or none: %s', (_, bytes, encoding) => {
    for (const size of [1, 7, 65_536]) expect(detect(bytes, size)).toEqual({ kind: 'text', encoding })
  })

  it('leaves out the mark of UTF-8 where the file is Windows-1252 all the same', async () => {
    const bytes = Buffer.from('\xef\xbb\xbfplain é', 'latin1')
    let text = ''
    for await (const piece of decodeText([bytes], 'windows-1252')) text += piece
    expect(text).toBe('plain é')
  })

  it('shows half a character at the end of UTF-16 as lost', async () => {
    expect(await decode(iconv.encode('Zoë', 'utf-16le').subarray(0, -1), 'utf-16le')).toBe('Zo\ufffd')
  })

  it('finds all valid UTF-8 valid, however it is cut', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', minLength: 1 }),
        fc.integer({ min: 1, max: 5 }),
        (text, size) => {
          const bytes = Buffer.from(`LocalID,${text}`)
          fc.pre(!/\p{Cc}/u.test(text))
          expect(detect(bytes, size)).toEqual({ kind: 'text', encoding: 'utf-8' })
        },
      ),
    )
  })
})

describe('what is not text', () => {
  it.each<[string, Uint8Array | string]>([
    ['archive', Buffer.concat([Buffer.from('PK\x03\x04'), Buffer.alloc(26), Buffer.from('people.csv')])],
    ['binary', Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1])],
    ['image', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])],
    ['image', Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16])],
    ['image', 'GIF89a...'],
    ['pdf', '%PDF-1.7\n'],
    ['archive', Buffer.from([0x1f, 0x8b, 8, 0])],
    ['binary', Buffer.from([1, 2, 3, 4, 5, 6, 7, 8, 65, 66])],
    ['binary', iconv.encode(TEXT, 'utf-32le', { addBOM: true })],
  ])('%s', (what, bytes) => {
    expect(detect(Buffer.from(bytes))).toMatchObject({
      kind: 'not-text',
      what,
      message: expect.stringMatching(/CSV/),
    })
  })

  it.each(['', '\r\n\r\n', ' \t\n', '\uFEFF', '\uFEFF\r\n'])('%j is empty', (text) => {
    expect(detect(Buffer.from(text))).toEqual({ kind: 'empty' })
  })

  it('UTF-16 without anything in it is empty', () => {
    expect(detect(iconv.encode('\r\n ', 'utf-16le', { addBOM: true }))).toEqual({ kind: 'empty' })
  })
})
