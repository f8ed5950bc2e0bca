import { once } from 'node:events'
import { readFile, rename, rm, stat } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import type { Cluster } from './embedded-cluster.ts'
import { run } from './embedded-run.ts'

/** The port of the server that runs on the cluster, if one does: perhaps one that a killed portal left behind. */
export async function findServer(cluster: Cluster): Promise<number | undefined> {
  const pidFile = join(cluster.folder, 'postmaster.pid')
  const lines = (await readFile(pidFile, 'utf8').catch(() => '')).split('\n')
  const [pid, port] = [Number(lines[0]), Number(lines[3])]
  if (!pid) return undefined
  if (await isServer(pid, cluster.folder)) return port || undefined
  // PostgreSQL would take a zombie, or another program that was given the same number, for a server.
  if (isTaken(pid)) await rm(pidFile, { force: true })
  return undefined
}

/**
 * Starts the server in a session of its own, so that Ctrl-C reaches the portal first, and waits until it takes
 * connections.
 * @param port where to listen
 * @returns false when it did not start for a reason that passes: try again
 */
export async function startServer(cluster: Cluster, port: number): Promise<boolean> {
  const { folder, binaries, owner } = cluster
  const log = join(folder, 'server.log')
  const before = await keepShort(log)
  const options = ['-D', folder, '-l', log, '-o', `-p ${port}`, '-t', '600', '-s', '-w']
  try {
    await run(join(binaries.folder, 'pg_ctl'), ['start', ...options], owner)
    return true
  } catch (cause) {
    const said = (await readFile(log).catch(() => Buffer.alloc(0))).subarray(before).toString().trim()
    if (PASSES.test(said)) return false
    throw new Error(`PostgreSQL doesn't start on ${folder}.\n${said || (cause as Error).message}`, { cause })
  }
}

/** Stops the server: open transactions are rolled back, and everything committed is on disk. */
export async function stopServer({ folder, binaries, owner }: Cluster): Promise<void> {
  await run(
    join(binaries.folder, 'pg_ctl'),
    ['stop', '-D', folder, '-m', 'fast', '-t', '120', '-s', '-w'],
    owner,
  )
}

/** A port of the loopback address that nothing listens on just now. */
export async function findFreePort(): Promise<number> {
  const listener = createServer().listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const { port } = listener.address() as AddressInfo
  listener.close()
  await once(listener, 'close')
  return port
}

// The server before is still going, another start was quicker, or the port was taken since it was found free.
const PASSES =
  /pre-existing shared memory block|lock file .* already exists|could not create any TCP\/IP sockets/

async function isServer(pid: number, folder: string): Promise<boolean> {
  if (process.platform !== 'linux') return isTaken(pid)
  const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '') // a zombie's is empty
  return commandLine.split('\0').includes(folder)
}

function isTaken(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

const LOG_LIMIT = 5_000_000

// PostgreSQL writes little there; what two files of this size can't hold is too old to help. Returns the file's size.
async function keepShort(log: string): Promise<number> {
  const size = await stat(log).then(
    (found) => found.size,
    () => 0,
  )
  if (size <= LOG_LIMIT) return size
  await rename(log, `${log}.old`)
  return 0
}
