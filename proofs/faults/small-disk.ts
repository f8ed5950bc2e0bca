import { execFile } from 'node:child_process'
import { chmod, mkdtemp, open, rm, rmdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** A disk of a few megabytes, which can be filled to its last byte. */
export type SmallDisk = AsyncDisposable & {
  folder: string
  fill(): Promise<void>
  makeRoom(): Promise<void>
}

const run = promisify(execFile)

/** @returns what this machine lacks for it */
export async function noSmallDisks(): Promise<string | undefined> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0)
    return 'only root can mount a small disk, on Linux'
  try {
    await using _ = await openSmallDisk(1)
    return undefined
  } catch {
    return 'a small disk (tmpfs) can’t be mounted here'
  }
}

export async function openSmallDisk(megabytes: number): Promise<SmallDisk> {
  const folder = await mkdtemp(join(tmpdir(), 'muster-small-disk-'))
  await run('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder])
  await chmod(folder, 0o755)
  const filler = join(folder, 'filler')
  return {
    folder,
    fill: async () => {
      const file = await open(filler, 'a')
      try {
        for (let piece = 1_048_576; piece >= 1; ) {
          const isIn = await file.write(Buffer.alloc(piece)).then(
            () => true,
            () => false,
          )
          if (!isIn) piece = Math.floor(piece / 8)
        }
      } finally {
        await file.close()
      }
    },
    makeRoom: () => rm(filler, { force: true }),
    [Symbol.asyncDispose]: async () => {
      await run('umount', [folder])
      await rmdir(folder)
    },
  }
}
