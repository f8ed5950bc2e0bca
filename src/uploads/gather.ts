import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A file that is here to its end. Its pieces are read once; disposing forgets them. */
export type GatheredFile = AsyncDisposable & { pieces(): AsyncGenerator<Buffer> }

/**
 * Waits until a file is here to its end, so that whatever is done with it doesn't take as long as its sender does:
 * the first piece in memory, all others in a temporary file that has no name any more and so is gone with the process.
 * @param pieces of one size each, but for the last
 */
export async function gather(pieces: AsyncIterable<Buffer>): Promise<GatheredFile> {
  let first: Buffer | undefined
  let rest: FileHandle | undefined
  try {
    for await (const piece of pieces) {
      if (first === undefined) first = piece
      else {
        rest ??= await openNameless()
        await rest.writeFile(piece)
      }
    }
  } catch (error) {
    await rest?.close()
    throw error
  }
  return {
    pieces: () => piecesOf(first, rest),
    [Symbol.asyncDispose]: async () => rest?.close(),
  }
}

async function* piecesOf(first: Buffer | undefined, rest: FileHandle | undefined): AsyncGenerator<Buffer> {
  if (first === undefined) return
  yield first
  for (let at = 0; rest !== undefined; ) {
    const { bytesRead, buffer } = await rest.read(Buffer.allocUnsafe(first.length), 0, first.length, at)
    if (bytesRead === 0) return
    yield buffer.subarray(0, bytesRead)
    at += bytesRead
  }
}

async function openNameless(): Promise<FileHandle> {
  const folder = await mkdtemp(join(tmpdir(), 'muster-upload-'))
  try {
    return await open(join(folder, 'bytes'), 'wx+', 0o600)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
