import { execFile } from 'node:child_process'
import { chmod, mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { openEmbeddedStand, postmaster } from './embedded-stand.ts'
import type { Family, Fault } from './fault.ts'
import { type HalfSent, sendHalf } from './half-sent.ts'
import { isFailing } from './hold.ts'
import { sendLargeFile } from './large-file.ts'
import { noSmallDisks, openSmallDisk, type SmallDisk } from './small-disk.ts'
import { openStand, type Stand } from './stand.ts'

/** A file that finds no room in pages that PostgreSQL has already. */
const LARGE_ROWS = 100_000

const FULL = { readyz: 200, sending: 507, rows: LARGE_ROWS } as const

const PATIENCE_MS = 120_000

type OnSmallDisk = Stand & { disk: SmallDisk }

const full: Fault = {
  name: 'the disk of PostgreSQL’s data is full',
  during: 'receiving',
  missing: noSmallDisks,
  meanwhile: FULL,
  strike: (stand) => diskOf(stand).fill(),
  heal: (stand) => diskOf(stand).makeRoom(),
}

const receiving: Fault = {
  ...full,
  name: 'the disk of PostgreSQL’s data is full before a file comes',
  quick: true,
}

let half: HalfSent | undefined

const betweenPieces: Fault = {
  ...full,
  name: 'the disk of PostgreSQL’s data is full while a file arrives, between two of its pieces',
  strike: async (stand) => {
    half = await sendHalf(stand)
    await diskOf(stand).fill()
  },
  look: async () => {
    const status = await half?.finish()
    if (status !== 507) throw new Error(`the rest of the file: ${status}`)
  },
  after: () => half?.sendAgain() ?? Promise.resolve(),
}

let large = 0

const checking: Fault = {
  ...full,
  name: 'the disk of PostgreSQL’s data is full in a check',
  strike: async (stand) => {
    stand.worker.pause()
    large = await sendLargeFile(stand)
    await diskOf(stand).fill()
    stand.worker.resume()
  },
  look: (stand) => isFailing(stand, 'check-upload', 2),
  after: ({ client }) => client.waitFor(large, ['checked']),
}

const confirming: Fault = {
  ...full,
  name: 'the disk of PostgreSQL’s data is full before an apply',
  during: 'confirming',
  look: (stand) => isFailing(stand, 'apply-change-set', 2),
}

const applying: Fault = {
  ...confirming,
  name: 'the disk of PostgreSQL’s data is full in an apply, between two of its chunks',
  during: 'applying',
  strike: async (stand) => {
    stand.worker.pause()
    await diskOf(stand).fill()
    stand.worker.resume()
  },
}

export const diskFaults: Family = {
  name: 'disk',
  open: async () => {
    const disk = await openSmallDisk(400)
    const logs = await mkdtemp(join(tmpdir(), 'muster-log-'))
    await chmod(logs, 0o755)
    const stand = await openStand({
      people: 12_000,
      postgres: { dataDir: disk.folder, prepare: (cluster) => moveLog(cluster, logs) },
    })
    return onDisk(stand, disk, logs)
  },
  faults: [receiving, checking, confirming, applying, betweenPieces],
}

const logFull: Fault = {
  name: 'the disk of PostgreSQL’s write-ahead log is full: PostgreSQL gives up',
  during: 'applying',
  missing: noSmallDisks,
  meanwhile: { readyz: 503, sending: 503 },
  strike: async (stand) => {
    await diskOf(stand).fill()
    const isGone = async () => !(await postmaster(join(stand.postgres.folder, '..')))
    for (const end = Date.now() + PATIENCE_MS; !(await isGone()); await sleep(100)) {
      await stand
        .sql('create table if not exists filler as select repeat($1, 1000) from generate_series(1, 20000)', [
          'x',
        ])
        .catch(() => {})
      await stand.sql('insert into filler select * from filler limit 20000').catch(() => {})
      if (Date.now() > end) throw new Error('PostgreSQL has room enough')
    }
  },
  look: () => sleep(10_000),
  heal: (stand) => diskOf(stand).makeRoom(),
  after: (stand) => stand.sql('drop table if exists filler'),
}

/** Muster's own PostgreSQL, which it starts again until that works. */
export const logDiskFaults: Family = {
  name: 'disk of the log',
  open: async () => {
    const disk = await openSmallDisk(200)
    const prepare = (cluster: string) => moveLog(cluster, disk.folder)
    return onDisk(await openEmbeddedStand({ people: 12_000, prepare }), disk)
  },
  faults: [logFull],
}

/** Has the write-ahead log lie elsewhere than the data. */
async function moveLog(cluster: string, folder: string): Promise<void> {
  const place = join(folder, `log-${crypto.randomUUID()}`)
  const log = join(cluster, 'pg_wal')
  await promisify(execFile)('cp', ['-a', log, place]) // with its owner
  await rm(log, { recursive: true })
  await symlink(place, log)
}

function onDisk<S extends Stand>(stand: S, disk: SmallDisk, logs?: string): S & OnSmallDisk {
  return {
    ...stand,
    disk,
    [Symbol.asyncDispose]: async () => {
      await disk.makeRoom()
      await stand[Symbol.asyncDispose]()
      await disk[Symbol.asyncDispose]()
      if (logs) await rm(logs, { recursive: true })
    },
  }
}

function diskOf(stand: Stand): SmallDisk {
  return (stand as OnSmallDisk).disk
}
