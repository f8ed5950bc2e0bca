import { readSync, writeSync } from 'node:fs'
import { damaged, tooComplex } from './refused.ts'
import { temporaryFile } from './temporary-file.ts'

/** Texts that cells name by their number: added one after the other, then asked for. */
export type TextTable = AsyncDisposable & {
  add(text: string): void
  /** @throws SpreadsheetRefused where there is no such text: what the cell says is lost, and empty it would say nothing */
  get(at: number): string
}

const CHUNK = 1024 * 1024

/** So many chunks of their bytes stay in memory, with the texts of some 300,000 people; the others go to disk. */
const CHUNKS_IN_MEMORY = 32

/** Of 4 bytes each in memory. A million rows with 15 texts of their own in each have 15 million. */
const MOST_TEXTS = 20_000_000

/** As far as 4 bytes count. */
const MOST_BYTES = 2 ** 32 - 1

/** Of the last texts that were asked for: most are asked for again soon. */
const CACHED = 1 << 14
const MOST_CACHED_LENGTH = 500

/** @throws SpreadsheetRefused from `add`, for more than there is room for */
export async function textTable(): Promise<TextTable> {
  const file = await temporaryFile()
  const inMemory: Buffer[] = []
  let current = Buffer.allocUnsafe(CHUNK)
  let ends = new Uint32Array(1024)
  let count = 0
  let size = 0
  const cachedAt = new Int32Array(CACHED).fill(-1)
  const cached: string[] = []

  return {
    add(text) {
      const bytes = Buffer.from(text)
      if (count === MOST_TEXTS || size + bytes.length > MOST_BYTES) throw tooComplex('too many texts')
      for (let at = 0; at < bytes.length; ) {
        const taken = bytes.copy(current, size % CHUNK, at)
        at += taken
        size += taken
        if (taken > 0 && size % CHUNK === 0) putAway()
      }
      if (count === ends.length) ends = grown(ends)
      ends[count++] = size
    },
    get(at) {
      if (!Number.isInteger(at) || at < 0 || at >= count) throw damaged('a text that is not there')
      const slot = at % CACHED
      if (cachedAt[slot] === at) return cached[slot] as string
      const text = read(at === 0 ? 0 : (ends[at - 1] as number), ends[at] as number)
      if (text.length > MOST_CACHED_LENGTH) return text
      cached[slot] = text
      cachedAt[slot] = at
      return text
    },
    [Symbol.asyncDispose]: () => file.close(),
  }

  function putAway(): void {
    const chunk = size / CHUNK - 1
    if (chunk >= CHUNKS_IN_MEMORY) writeSync(file.fd, current, 0, CHUNK, chunk * CHUNK)
    else {
      inMemory.push(current)
      current = Buffer.allocUnsafe(CHUNK)
    }
  }

  function read(from: number, to: number): string {
    const chunk = Math.floor(from / CHUNK)
    const start = from - chunk * CHUNK
    const bytes = held(chunk)
    if (bytes && start + to - from <= CHUNK) return bytes.toString('utf8', start, start + to - from)
    const text = Buffer.allocUnsafe(to - from)
    for (let at = from; at < to; ) at += readInto(text, at, from, to)
    return text.toString()
  }

  /** As much of the bytes as stands in one chunk; returns how many. */
  function readInto(text: Buffer, at: number, from: number, to: number): number {
    const chunk = Math.floor(at / CHUNK)
    const start = at - chunk * CHUNK
    const length = Math.min(to - at, CHUNK - start)
    const bytes = held(chunk)
    if (bytes) bytes.copy(text, at - from, start, start + length)
    else readSync(file.fd, text, at - from, length, at)
    return length
  }

  function held(chunk: number): Buffer | undefined {
    return inMemory[chunk] ?? (chunk === Math.floor(size / CHUNK) ? current : undefined)
  }
}

function grown(ends: Uint32Array): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(ends.length * 2)
  larger.set(ends)
  return larger
}
