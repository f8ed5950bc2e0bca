import { createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { Failure } from './failure.ts'

/**
 * Saves what arrives under this name once it is there as a whole: a file that was there before stays until then.
 * @param path `-` for standard output
 * @returns its size in bytes
 */
export async function saveFile(content: Readable, path: string): Promise<number> {
  let size = 0
  content.on('data', (bytes: Buffer) => {
    size += bytes.length
  })
  if (path === '-') {
    await pipeline(content, process.stdout, { end: false }).catch(rethrow(path))
    return size
  }
  const draft = `${path}.${process.pid}.part`
  try {
    await pipeline(content, createWriteStream(draft))
    await rename(draft, path)
  } catch (cause) {
    await rm(draft, { force: true })
    rethrow(path)(cause)
  }
  return size
}

function rethrow(path: string) {
  return (cause: unknown): never => {
    const code = (cause as NodeJS.ErrnoException).code ?? 'unknown'
    const why = WHY[code] ?? `the transfer was cut off (${code}). Try again.`
    throw new Failure(`${path} could not be saved: ${why}`, { cause })
  }
}

const WHY: Record<string, string> = {
  ENOENT: 'there is no such folder.',
  EACCES: 'you may not write there.',
  EISDIR: 'it is a folder.',
  ENOSPC: 'the disk is full.',
  EROFS: 'it can only be read.',
}
