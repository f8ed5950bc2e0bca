import { StringDecoder } from 'node:string_decoder'
import { yielder } from '../flow/yielding.ts'
import type { Archive } from './archive.ts'
import { type XmlHandler, xmlScanner } from './xml-scanner.ts'

/**
 * Reads a part of XML, with a turn for everybody else when it is due.
 * @returns after each piece of it how many bytes it had; whoever leaves early leaves the rest unread
 */
export async function* readPart(archive: Archive, name: string, handler: XmlHandler): AsyncGenerator<number> {
  const scanner = xmlScanner(handler)
  const breath = yielder()
  let decoder: StringDecoder | undefined
  for await (const bytes of archive.read(name)) {
    decoder ??= new StringDecoder(encodingOf(bytes))
    scanner.push(decoder.write(bytes))
    const pause = breath()
    if (pause) await pause
    yield bytes.length
  }
  scanner.push(decoder?.end() ?? '')
  scanner.end()
}

/** The same to its end, where nothing is done in between. */
export async function readWhole(archive: Archive, name: string, handler: XmlHandler): Promise<void> {
  for await (const _ of readPart(archive, name, handler));
}

// XML in any other encoding isn't written by spreadsheets, and its letters would show as lost.
function encodingOf(start: Buffer): 'utf8' | 'utf16le' {
  return start[0] === 0xff && start[1] === 0xfe ? 'utf16le' : 'utf8'
}
