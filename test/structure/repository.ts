import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, sep } from 'node:path'

export const root = join(import.meta.dirname, '..', '..')

const NOT_OURS = new Set(['node_modules', '.git', 'data', 'coverage'])

/** The paths of all files under a folder of the repository, from its root and with slashes, in order. */
export function filesUnder(folder: string): string[] {
  if (!existsSync(join(root, folder))) return []
  return readdirSync(join(root, folder), { withFileTypes: true })
    .filter((entry) => !NOT_OURS.has(entry.name))
    .flatMap((entry) => {
      const path = join(folder, entry.name).split(sep).join('/')
      return entry.isDirectory() ? filesUnder(path) : [path]
    })
    .sort()
}

/** The text of a file, by its path from the repository's root. */
export function textOf(path: string): string {
  return readFileSync(join(root, path), 'utf8')
}

/** The TypeScript of the program itself. */
export function sourceFiles(): string[] {
  return filesUnder('src').filter((path) => path.endsWith('.ts'))
}

/** Everything that a person writes and reads here: no images, no lock file. */
export function textFiles(): string[] {
  return filesUnder('.').filter(
    (path) =>
      !/\.(png|ico|woff2?|csv|log|bin)$/.test(path) && path !== 'package-lock.json' && path !== '.env',
  )
}
