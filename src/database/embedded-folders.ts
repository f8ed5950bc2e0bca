import { createHash } from 'node:crypto'
import { chmod, mkdir, readdir, readFile, realpath, stat } from 'node:fs/promises'
import { dirname, join, relative, sep } from 'node:path'

/** The user that PostgreSQL runs as when we are root: it refuses to run as root. */
export type Owner = { uid: number; gid: number }

/** `owner` is undefined where PostgreSQL simply runs as ourselves. */
export type Folders = { home: string; owner: Owner | undefined }

const ROOTS_DATA = '/var/lib/muster'

/**
 * Where PostgreSQL's files lie and whom they belong to. As root: the user they have belonged to since they were made,
 * at first `nobody`, who can't reach every folder; then `/var/lib/muster/<hash of dataDir>` stands in for `dataDir`,
 * and the log says so.
 */
export async function chooseFolders(dataDir: string, log: (message: string) => void): Promise<Folders> {
  await makeFolder(dataDir)
  const before = await findCluster(dataDir)
  if (process.getuid?.() !== 0) {
    if (before && process.getuid && before.uid !== process.getuid())
      throw new Error(foreign(dataDir, before.uid))
    return { home: dataDir, owner: undefined }
  }
  if (before) {
    if (await mayUse(dataDir, before)) return { home: dataDir, owner: before }
    throw new Error(closed(dataDir, before.uid))
  }
  const owner = await findNobody()
  if (await mayUse(dataDir, owner)) return { home: dataDir, owner }
  const hash = createHash('sha256')
    .update(await realpath(dataDir))
    .digest('hex')
    .slice(0, 12)
  const home = join(ROOTS_DATA, hash)
  await makeFolder(home)
  log(
    `PostgreSQL, which can't run as root, can't reach ${dataDir} as another user: its files are in ${home}.`,
  )
  return { home, owner }
}

/** Whether `owner` can reach and use a file or folder, going by the permissions of all the folders on the way. */
export async function mayUse(path: string, owner: Owner): Promise<boolean> {
  for (let at = await realpath(path); ; at = dirname(at)) {
    const { mode, uid, gid } = await stat(at)
    const shift = uid === owner.uid ? 6 : gid === owner.gid ? 3 : 0
    const wanted = at === dirname(at) || at !== path ? 1 : 5
    if (((mode >> shift) & wanted) !== wanted) return false
    if (at === dirname(at)) return true
  }
}

export async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}

async function findCluster(dataDir: string): Promise<Owner | undefined> {
  const name = (await readdir(dataDir)).find((entry) => /^postgresql-\d+$/.test(entry))
  if (name === undefined) return undefined
  const { uid, gid } = await stat(join(dataDir, name))
  return { uid, gid }
}

function foreign(dataDir: string, uid: number): string {
  return `The database in ${dataDir} belongs to the user with the number ${uid}. Start Muster as that user or as root, or set MUSTER_DATA_DIR to a folder of your own.`
}

function closed(dataDir: string, uid: number): string {
  return `The database in ${dataDir} belongs to the user with the number ${uid}, who can't get there any more: open the folders on the way to that user (chmod o+x), or move it and set MUSTER_DATA_DIR.`
}

// Whatever the umask: PostgreSQL's user has to pass through the folders we make. What is private in them is its own.
async function makeFolder(path: string): Promise<void> {
  const first = await mkdir(path, { recursive: true })
  if (first === undefined) return
  let made = first
  await chmod(made, 0o755)
  for (const part of relative(first, path).split(sep).filter(Boolean)) {
    made = join(made, part)
    await chmod(made, 0o755)
  }
}

async function findNobody(): Promise<Owner> {
  const line = (await readFile('/etc/passwd', 'utf8'))
    .split('\n')
    .find((entry) => entry.startsWith('nobody:'))
  if (!line) {
    throw new Error(
      "PostgreSQL can't run as root, and this system has no user “nobody” to run it as. Start Muster as another user, or set DATABASE_URL.",
    )
  }
  const [, , uid, gid] = line.split(':')
  return { uid: Number(uid) >>> 0, gid: Number(gid) >>> 0 }
}
