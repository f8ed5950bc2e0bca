import { createHash } from 'node:crypto'
import { type Detected, encodingDetector } from '../csv/encoding.ts'
import { InvalidInput } from '../errors.ts'

const PIECE_BYTES = 1024 * 1024

/**
 * A file's bytes as they arrive, in pieces of 1 MiB or a little more; the last one is smaller.
 * @param limit bytes that the file may have
 * @throws InvalidInput as soon as it has more
 */
export async function* inPieces(
  chunks: AsyncIterable<Buffer>,
  limit: number | undefined,
): AsyncGenerator<Buffer, void> {
  let waiting: Buffer[] = []
  let size = 0
  let whole = 0
  for await (const chunk of chunks) {
    whole += chunk.length
    if (limit !== undefined && whole > limit) throw tooLarge(limit)
    waiting.push(chunk)
    size += chunk.length
    if (size < PIECE_BYTES) continue
    yield Buffer.concat(waiting)
    waiting = []
    size = 0
  }
  if (size > 0) yield Buffer.concat(waiting)
}

/** What can be said of a file once all its bytes have passed. `lines` are its line ends: about its rows. */
export type FileFacts = { size: number; sha256: Buffer; lines: number; detected: Detected }

export function describer(): { push(bytes: Buffer): void; end(): FileFacts } {
  const hash = createHash('sha256')
  const detector = encodingDetector()
  let size = 0
  let lines = 0
  return {
    push: (bytes) => {
      hash.update(bytes)
      detector.push(bytes)
      size += bytes.length
      lines += Math.max(occurrences(bytes, LF), occurrences(bytes, CR))
    },
    end: () => ({ size, sha256: hash.digest(), lines, detected: detector.end() }),
  }
}

const LF = 10
const CR = 13

function occurrences(bytes: Buffer, byte: number): number {
  let count = 0
  for (let at = bytes.indexOf(byte); at !== -1; at = bytes.indexOf(byte, at + 1)) count++
  return count
}

function tooLarge(limit: number): InvalidInput {
  const most = Math.floor(limit / 1_000_000)
  return new InvalidInput(
    `The selected file must be smaller than ${most} MB. Split it into several files; you can send them all at once.`,
    { field: 'file', code: 'file-too-large' },
  )
}
