import { createHash } from 'node:crypto'
import type { Config } from '../config.ts'
import { type Detected, encodingDetector } from '../csv/encoding.ts'
import { InvalidInput } from '../errors.ts'
import { number } from '../words.ts'
import { countedSize, ROW_BYTES } from './counted-size.ts'
import { passwordEmptier } from './empty-passwords.ts'

const PIECE_BYTES = 1024 * 1024

/**
 * A file's bytes as they arrive, but for passwords, in pieces of 1 MiB or a little more; the last one is smaller.
 * @param facts is told of all bytes, and of those that are kept
 * @param limits what the file may count, and its columns
 * @param announced how many bytes its sender says that it has at least
 * @throws InvalidInput as soon as it counts more
 */
export async function* inPieces(
  chunks: AsyncIterable<Buffer>,
  facts: Describer,
  { uploadMaxBytes: limit, uploadMaxColumns }: Pick<Config, 'uploadMaxBytes' | 'uploadMaxColumns'>,
  announced = 0,
): AsyncGenerator<Buffer, void> {
  if (limit !== undefined && announced > limit) throw tooLarge(limit)
  const emptier = passwordEmptier(uploadMaxColumns)
  let waiting: Buffer[] = []
  let size = 0
  for await (const chunk of chunks) {
    facts.push(chunk)
    if (limit !== undefined && facts.counted() > limit) throw tooLarge(limit)
    keep(emptier.push(chunk))
    if (size < PIECE_BYTES) continue
    yield Buffer.concat(waiting)
    waiting = []
    size = 0
  }
  keep(emptier.end())
  if (size > 0) yield Buffer.concat(waiting)

  function keep(bytes: Buffer): void {
    facts.keep(bytes)
    waiting.push(bytes)
    size += bytes.length
  }
}

/**
 * What can be said of a file once all its bytes have passed. `lines` are its line ends: about its rows. `keptSize` and
 * `sha256` are of what is kept: the hash of a short file with a password in it would be enough to find the password.
 */
export type FileFacts = {
  size: number
  keptSize: number
  sha256: Buffer
  lines: number
  detected: Detected
}

type Describer = {
  push(bytes: Buffer): void
  keep(bytes: Buffer): void
  /** What the bytes so far count. */
  counted(): number
  end(): FileFacts
}

export function describer(): Describer {
  const hash = createHash('sha256')
  const detector = encodingDetector()
  let size = 0
  let keptSize = 0
  let lines = 0
  return {
    push: (bytes) => {
      detector.push(bytes)
      size += bytes.length
      lines += lineEnds(bytes)
    },
    keep: (bytes) => {
      hash.update(bytes)
      keptSize += bytes.length
    },
    counted: () => countedSize(size, lines),
    end: () => ({ size, keptSize, sha256: hash.digest(), lines, detected: detector.end() }),
  }
}

const LF = 10
const CR = 13

function lineEnds(bytes: Buffer): number {
  let count = 0
  for (let at = bytes.indexOf(LF); at !== -1; at = bytes.indexOf(LF, at + 1)) count++
  for (let at = bytes.indexOf(CR); at !== -1; at = bytes.indexOf(CR, at + 1))
    if (!isBeforeLf(bytes, at)) count++
  return count
}

// In UTF-16 a NUL stands between two of the characters.
function isBeforeLf(bytes: Buffer, at: number): boolean {
  return bytes[at + 1] === LF || (bytes[at + 1] === 0 && bytes[at + 2] === LF)
}

export function tooLarge(limit: number): InvalidInput {
  const most = number(Math.floor(limit / 1_000_000))
  return new InvalidInput(
    `The selected file must be smaller than ${most} MB, where each row counts ${ROW_BYTES} bytes more than it has. Split it into several files; you can send them all at once.`,
    { field: 'file', code: 'file-too-large' },
  )
}
