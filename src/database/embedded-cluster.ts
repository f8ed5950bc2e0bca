import { randomBytes } from 'node:crypto'
import { appendFile, chown, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Binaries } from './embedded-binaries.ts'
import { exists, type Folders, type Owner } from './embedded-folders.ts'
import { run } from './embedded-run.ts'

/** A folder of PostgreSQL's data, the programs of its version, and whom both belong to. */
export type Cluster = { folder: string; binaries: Binaries; owner: Owner | undefined; password: string }

const PASSWORD_FILE = 'muster-password'

/** Opens the data folder of this version of PostgreSQL, made on the first start. */
export async function openCluster(
  folders: Folders,
  binaries: Binaries,
  log: (message: string) => void,
): Promise<Cluster> {
  const folder = join(folders.home, `postgresql-${binaries.major}`)
  if (!(await exists(join(folder, 'PG_VERSION')))) {
    log(`Creating the database in ${folder}.`)
    await create(folder, folders, binaries)
  }
  await writeSettings(folder, folders.owner)
  const password = await readFile(join(folder, PASSWORD_FILE), 'utf8')
  return { folder, binaries, owner: folders.owner, password }
}

// Made under another name and renamed: a start that is killed leaves nothing half made, and of two starts one wins.
async function create(folder: string, { home, owner }: Folders, binaries: Binaries): Promise<void> {
  const draft = await mkdtemp(join(home, 'new-'))
  try {
    if (owner) await chown(draft, owner.uid, owner.gid)
    const passwordFile = `${draft}.password`
    await writeFile(passwordFile, randomBytes(24).toString('hex'), { mode: 0o600 })
    if (owner) await chown(passwordFile, owner.uid, owner.gid)
    await run(join(binaries.folder, 'initdb'), [...INITDB, `--pwfile=${passwordFile}`, draft], owner)
    await rename(passwordFile, join(draft, PASSWORD_FILE))
    await appendFile(join(draft, 'postgresql.conf'), "\ninclude_if_exists = 'muster.conf'\n")
    await rename(draft, folder)
  } catch (error) {
    await rm(draft, { recursive: true, force: true })
    await rm(`${draft}.password`, { force: true })
    if (!(await exists(join(folder, 'PG_VERSION')))) throw error
  }
}

// It is written as a new file, since the folder belongs to another user, who could have put anything under that name.
async function writeSettings(folder: string, owner: Owner | undefined): Promise<void> {
  const draft = join(folder, `muster.conf.${process.pid}`)
  await writeFile(draft, SETTINGS, { flag: 'wx', mode: 0o600 })
  if (owner) await chown(draft, owner.uid, owner.gid)
  await rename(draft, join(folder, 'muster.conf'))
}

const INITDB = [
  '--username=muster',
  '--auth=scram-sha-256',
  '--encoding=UTF8',
  '--locale=C',
  '--locale-provider=builtin',
  '--builtin-locale=C.UTF-8',
  '--no-instructions',
]

// Values that people's files hold may stand in the text of an error, so errors stay out of the server's log:
// the portal logs its own. wal_compression: these builds know no lz4.
const SETTINGS = `# Written by Muster at each start. To change a setting for good: ALTER SYSTEM SET …
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 100
shared_buffers = 256MB
work_mem = 32MB
maintenance_work_mem = 128MB
max_wal_size = 4GB
checkpoint_timeout = 15min
wal_compression = on
random_page_cost = 1.1
jit = off
timezone = 'UTC'
log_timezone = 'UTC'
log_checkpoints = off
log_min_messages = log
log_min_error_statement = panic
log_error_verbosity = terse
log_parameter_max_length_on_error = 0
`
