import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Whether this password is among those that were found most often in leaks: 112,130 of the million most common in
 * SecLists (Daniel Miessler, MIT licence), the shorter ones being refused for their length. The file holds the first six
 * bytes of their hashes, in order; `bin/make-leaked-passwords` makes it.
 * @param folded without regard to case
 */
export function isLeaked(folded: string): boolean {
  hashes ??= readFileSync(join(import.meta.dirname, 'leaked-passwords.bin'))
  const wanted = createHash('sha256').update(folded).digest().subarray(0, BYTES)
  let [from, to] = [0, hashes.length / BYTES]
  while (from < to) {
    const middle = (from + to) >> 1
    const order = wanted.compare(hashes, middle * BYTES, (middle + 1) * BYTES)
    if (order === 0) return true
    if (order < 0) to = middle
    else from = middle + 1
  }
  return false
}

const BYTES = 6

let hashes: Buffer | undefined
