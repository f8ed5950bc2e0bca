import { randomUUID } from 'node:crypto'
import { type FileHandle, open, unlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * A file of one's own in the system's folder for such, to be closed. Its name is taken away at once: whatever becomes of
 * this process, nothing of it stays, and nobody else finds it.
 */
export async function temporaryFile(): Promise<FileHandle> {
  const path = join(tmpdir(), `muster-${randomUUID()}`)
  const file = await open(path, 'wx+', 0o600)
  try {
    await unlink(path)
  } catch (error) {
    await file.close()
    throw error
  }
  return file
}
