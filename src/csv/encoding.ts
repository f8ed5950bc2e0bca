import { isUtf8 } from 'node:buffer'
import iconv from 'iconv-lite'
import { knownNotText, type NotText, unknownNotText } from './not-text.ts'

/** The encodings in which people's spreadsheets save text. */
export type Encoding = 'utf-8' | 'utf-8-bom' | 'utf-16le' | 'utf-16be' | 'windows-1252'

export type Detected = { kind: 'text'; encoding: Encoding } | { kind: 'empty' } | NotText

const HEAD_BYTES = 4096

/**
 * Finds out how a file is written while its bytes stream past, keeping 4 KiB of them: a byte order mark, else the
 * NULs of UTF-16, else UTF-8 if the whole file is valid UTF-8, else Windows-1252, which any bytes are.
 */
export function encodingDetector(): { push(bytes: Uint8Array): void; end(): Detected } {
  let head = Buffer.alloc(0)
  let blankSoFar = true
  const utf8 = utf8Checker()

  return {
    push(bytes) {
      if (head.length < HEAD_BYTES) head = Buffer.concat([head, bytes.subarray(0, HEAD_BYTES - head.length)])
      if (blankSoFar) blankSoFar = bytes.every(isBlankByte)
      utf8.push(bytes)
    },
    end() {
      if (blankSoFar) return { kind: 'empty' }
      const known = knownNotText(head)
      if (known) return known
      const marked = byteOrderMark(head)
      if (marked === 'utf-16le' || marked === 'utf-16be') return { kind: 'text', encoding: marked }
      const unmarked = utf16WithoutMark(head)
      if (unmarked) return { kind: 'text', encoding: unmarked }
      const unknown = unknownNotText(head)
      if (unknown) return unknown
      if (!utf8.end()) return { kind: 'text', encoding: 'windows-1252' }
      return { kind: 'text', encoding: marked ?? 'utf-8' }
    },
  }
}

/** Bytes as text, piece by piece, without a byte order mark. Bytes that mean nothing become U+FFFD. */
export async function* decodeText(
  bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  encoding: Encoding,
): AsyncGenerator<string> {
  const decoder = iconv.getDecoder(encoding === 'utf-8-bom' ? 'utf-8' : encoding)
  let isStart = true
  for await (const piece of bytes) {
    let text = decoder.write(Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength))
    if (text === '') continue
    // A file with the mark of UTF-8 that isn't UTF-8 throughout is read as Windows-1252, mark and all.
    if (isStart && encoding === 'windows-1252') text = text.replace(/^ï»¿/, '')
    isStart = false
    yield text
  }
  const rest = decoder.end()
  if (rest) yield rest
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

// Strict, over pieces cut anywhere: a character cut in two is carried over to the next piece.
function utf8Checker(): { push(bytes: Uint8Array): void; end(): boolean } {
  let valid = true
  let carried: Uint8Array = Buffer.alloc(0)
  return {
    push(bytes) {
      if (!valid) return
      const joined = carried.length > 0 ? Buffer.concat([carried, bytes]) : bytes
      const cut = joined.length - unfinishedBytes(joined)
      valid = isUtf8(joined.subarray(0, cut))
      carried = Buffer.from(joined.subarray(cut))
    },
    end: () => valid && carried.length === 0,
  }
}

function unfinishedBytes(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] as number
    if (byte >= 0x80 && byte < 0xc0) continue
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1
    return length > back ? back : 0
  }
  return 0
}

const BLANK_BYTES = new Set([0x00, 0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x20, 0xef, 0xbb, 0xbf, 0xfe, 0xff])

// The bytes of the marks count as blank wherever they stand: no text is made of them alone.
function isBlankByte(byte: number): boolean {
  return BLANK_BYTES.has(byte)
}
