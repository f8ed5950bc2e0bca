import { isAscii, isUtf8 } from 'node:buffer'
import iconv from 'iconv-lite'
import { knownNotText, type NotText, unknownNotText } from './not-text.ts'

/** The encodings in which people's spreadsheets save text. */
export type Encoding = 'utf-8' | 'utf-8-bom' | 'utf-16le' | 'utf-16be' | 'windows-1252'

export type Detected = { kind: 'text'; encoding: Encoding } | { kind: 'empty' } | NotText

const HEAD_BYTES = 4096

/**
 * Finds out how a file is written while its bytes stream past, keeping 4 KiB of them: a byte order mark, else the
 * NULs of UTF-16, else UTF-8 where at least half of what isn't ASCII is whole in it, else Windows-1252, which any bytes
 * are.
 */
export function encodingDetector(): { push(bytes: Uint8Array): void; end(): Detected } {
  let head = Buffer.alloc(0)
  let blankSoFar = true
  const utf8 = utf8Counter()

  return {
    push(bytes) {
      if (head.length < HEAD_BYTES) head = Buffer.concat([head, bytes.subarray(0, HEAD_BYTES - head.length)])
      if (blankSoFar) blankSoFar = bytes.every(isBlankByte)
      utf8.push(bytes)
    },
    end() {
      if (blankSoFar) return { kind: 'empty' }
      const family = encodingFamily(head)
      if (typeof family !== 'string') return family
      if (family !== 'bytes') return { kind: 'text', encoding: family }
      const { high, whole } = utf8.end()
      if (whole * 2 < high) return { kind: 'text', encoding: 'windows-1252' }
      return { kind: 'text', encoding: byteOrderMark(head) ?? 'utf-8' }
    },
  }
}

/** What a file's beginning tells for certain: UTF-16, or an encoding in which what separates cells is a byte of ASCII. */
export type EncodingFamily = 'utf-16le' | 'utf-16be' | 'bytes'

/** @param start of the file: 4 KiB, or all that it has */
export function encodingFamily(start: Buffer): EncodingFamily | NotText {
  const head = start.subarray(0, HEAD_BYTES)
  const known = knownNotText(head)
  if (known) return known
  const marked = byteOrderMark(head)
  if (marked === 'utf-16le' || marked === 'utf-16be') return marked
  return utf16WithoutMark(head) ?? unknownNotText(head) ?? 'bytes'
}

/** Bytes as text, piece by piece, without a byte order mark. Bytes that mean nothing become U+FFFD. */
export async function* decodeText(
  bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  encoding: Encoding,
): AsyncGenerator<string> {
  const decoder = iconv.getDecoder(encoding === 'utf-8-bom' ? 'utf-8' : encoding)
  let isStart = true
  let isOdd = false
  for await (const piece of bytes) {
    isOdd = isOdd !== (piece.length % 2 === 1)
    let text = decoder.write(Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength))
    if (text === '') continue
    // A file with the mark of UTF-8 that isn't UTF-8 throughout is read as Windows-1252, mark and all.
    if (isStart && encoding === 'windows-1252') text = text.replace(/^ï»¿/, '')
    isStart = false
    yield text
  }
  const rest = decoder.end()
  if (rest) yield rest
  if (isOdd && encoding.startsWith('utf-16')) yield '\ufffd' // half a character, which the decoder drops
}

function byteOrderMark(head: Buffer): 'utf-8-bom' | 'utf-16le' | 'utf-16be' | undefined {
  if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) return 'utf-8-bom'
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be'
  const isUtf32 = head.length >= 4 && head[2] === 0 && head[3] === 0
  if (head[0] === 0xff && head[1] === 0xfe && !isUtf32) return 'utf-16le'
  return undefined
}

// A file of ours begins with headings, and those are ASCII: in UTF-16 every other byte of them is NUL.
function utf16WithoutMark(head: Buffer): 'utf-16le' | 'utf-16be' | undefined {
  const start = head.subarray(0, 64)
  const zeros = [0, 0] as [number, number]
  for (let at = 0; at < start.length; at++) {
    if (start[at] === 0) zeros[(at % 2) as 0 | 1]++
  }
  const enough = start.length / 8
  if (zeros[1] >= enough && zeros[0] * 8 <= zeros[1]) return 'utf-16le'
  if (zeros[0] >= enough && zeros[1] * 8 <= zeros[0]) return 'utf-16be'
  return undefined
}

/**
 * Counts the bytes beyond ASCII: all, and those that belong to whole characters of UTF-8. Text in Windows-1252 has next
 * to none of those, so UTF-8 that was damaged is known by its others: read as Windows-1252, one broken byte would
 * garble every name with an accent. The byte order mark is such a character too.
 */
function utf8Counter(): { push(bytes: Uint8Array): void; end(): { high: number; whole: number } } {
  let high = 0
  let whole = 0
  let length = 0 // of the character that has begun, perhaps in the piece before
  let missing = 0 // bytes of it that are to come
  return {
    push(bytes) {
      let begun = 0
      while (missing > 0 && begun < bytes.length) take(bytes[begun++] as number)
      let last = bytes.length - 1
      while (last > begun && isContinuation(bytes[last] as number)) last--
      const between = bytes.subarray(begun, last)
      if (isUtf8(between)) {
        const inside = highBytes(between)
        high += inside
        whole += inside
      } else for (const byte of between) if (byte >= 0x80 || missing > 0) take(byte)
      for (const byte of bytes.subarray(Math.max(begun, last))) take(byte)
    },
    end: () => ({ high, whole }),
  }

  function take(byte: number): void {
    if (byte >= 0x80) high++
    if (missing === 0 || !isContinuation(byte)) {
      missing = bytesThatFollow(byte)
      length = missing + 1
    } else if (--missing === 0) whole += length
  }
}

// Read as Latin-1, each of these bytes takes two bytes in UTF-8, so the length counts them ten times as fast as a loop.
function highBytes(bytes: Uint8Array): number {
  if (isAscii(bytes)) return 0
  const latin1 = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
  return Buffer.byteLength(latin1) - bytes.length
}

function isContinuation(byte: number): boolean {
  return (byte & 0xc0) === 0x80
}

function bytesThatFollow(first: number): number {
  if (first >= 0xc2 && first <= 0xdf) return 1
  if (first >= 0xe0 && first <= 0xef) return 2
  return first >= 0xf0 && first <= 0xf4 ? 3 : 0
}

const BLANK_BYTES = new Set([0x00, 0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x20, 0xef, 0xbb, 0xbf, 0xfe, 0xff])

// The bytes of byte order marks count as blank, since no text is made of them alone.
function isBlankByte(byte: number): boolean {
  return BLANK_BYTES.has(byte)
}
