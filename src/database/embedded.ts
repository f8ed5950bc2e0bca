import { resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { findBinaries } from './embedded-binaries.ts'
import { openCluster } from './embedded-cluster.ts'
import { chooseFolders } from './embedded-folders.ts'
import { joinServer, leaveServer, loginUrlOf, type Membership, urlOf } from './embedded-membership.ts'

/** A PostgreSQL of our own. `startedHere` is false when it ran already: for another process, or for one that was killed. */
export type Embedded = {
  /** For its owner, who migrates. */
  url: string
  /** For who serves: a login that owns nothing. It is there once the database has been migrated. */
  loginUrl: string
  startedHere: boolean
  /** Close your own connections first. The server stays when others still use it: who leaves last stops it. */
  stop(): Promise<void>
}

const AGAIN_MS = 2_000

/**
 * Starts the PostgreSQL that Muster brings, or joins the one that runs on the same folder. A server that dies while
 * it is open is started again on the same port. Works as root too: see chooseFolders.
 * @param options.dataDir the folder of the portal's data; made when absent
 * @param options.log told, in plain words, what takes its time or lies elsewhere than expected
 * @throws with PostgreSQL's own words when it does not start
 */
export async function openEmbedded(options: {
  dataDir: string
  log?: (message: string) => void
}): Promise<Embedded> {
  const log = options.log ?? (() => {})
  const folders = await chooseFolders(resolve(options.dataDir), log)
  const binaries = await findBinaries(folders.home, folders.owner)
  const cluster = await openCluster(folders, binaries, log)
  const first = await joinServer(cluster)
  let current: Promise<Membership | undefined> = Promise.resolve(first)
  let stopping = false

  const watch = (membership: Membership) => {
    membership.client.once('end', () => {
      if (stopping) return
      log('PostgreSQL has stopped unexpectedly. Starting it again.')
      current = startAgain(membership.port)
    })
    return membership
  }
  // It is tried for ever, since a full disk, say, keeps the server from starting until somebody makes room.
  const startAgain = async (port: number) => {
    for (let told = ''; !stopping; await sleep(AGAIN_MS)) {
      try {
        return watch(await joinServer(cluster, port))
      } catch (error) {
        const { message } = error as Error
        if (message !== told) log(message)
        told = message
      }
    }
    return undefined
  }
  watch(first)

  return {
    url: urlOf(cluster, first.port, 'muster'),
    loginUrl: loginUrlOf(cluster, first.port, 'muster'),
    startedHere: first.startedHere,
    stop: async () => {
      if (stopping) return
      stopping = true
      const membership = await current
      if (membership) await leaveServer(cluster, membership)
    },
  }
}
