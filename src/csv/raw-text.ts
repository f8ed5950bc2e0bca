import { isUtf8 } from 'node:buffer'
import iconv from 'iconv-lite'
import type { EncodingFamily } from './encoding.ts'

/**
 * A file's bytes as text that can be written back byte for byte, while it isn't known yet in which encoding it is: in an
 * encoding in which what separates cells is ASCII each byte is a character.
 */
export type RawText = {
  read(bytes: Buffer): string
  /** What `read` has kept back: half a character, which at a file's end is all that comes of it. */
  rest(): Buffer
  write(text: string): Buffer
  /** What such text says in each of the encodings that the file may turn out to be in. */
  readings: readonly ((text: string) => string)[]
  /** Characters that each of the encodings reads as lost ones if it reads some of these so. */
  lostAmong(text: string): string
}

export function rawText(family: EncodingFamily): RawText {
  return family === 'bytes' ? bytes() : utf16(family === 'utf-16be')
}

function bytes(): RawText {
  return {
    read: (piece) => piece.toString('latin1'),
    rest: () => Buffer.alloc(0),
    write: (text) => Buffer.from(text, 'latin1'),
    readings: [inUtf8, inWindows1252],
    lostAmong: (text) => {
      const lostToUtf8 = isUtf8(Buffer.from(text, 'latin1')) && !text.includes('ï¿½') ? '' : 'ÿ'
      return lostToUtf8 + (UNDEFINED_IN_1252.test(text) ? 'Ã\x81' : '')
    },
  }
}

const UNDEFINED_IN_1252 = /[\x81\x8d\x8f\x90\x9d]/

function inUtf8(text: string): string {
  return BEYOND_ASCII.test(text) ? Buffer.from(text, 'latin1').toString() : text
}

function inWindows1252(text: string): string {
  return BEYOND_ASCII.test(text) ? iconv.decode(Buffer.from(text, 'latin1'), 'windows-1252') : text
}

const BEYOND_ASCII = /[\x80-\xff]/

function utf16(isBigEndian: boolean): RawText {
  let half = Buffer.alloc(0)
  return {
    read: (piece) => {
      const given = Buffer.concat([half, piece])
      const whole = given.length - (given.length % 2)
      half = given.subarray(whole)
      const pairs = given.subarray(0, whole)
      return (isBigEndian ? pairs.swap16() : pairs).toString('utf16le')
    },
    rest: () => {
      const rest = half
      half = Buffer.alloc(0)
      return rest
    },
    write: (text) => {
      const pairs = Buffer.from(text, 'utf16le')
      return isBigEndian ? pairs.swap16() : pairs
    },
    readings: [(text) => text.toWellFormed()],
    lostAmong: (text) => (text.toWellFormed().includes('\ufffd') ? '\ufffd' : ''),
  }
}
