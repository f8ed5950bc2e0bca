import { setTimeout as sleep } from 'node:timers/promises'
import { type Db, PgBoss } from 'pg-boss'
import { connectionConfig, PORTAL_ROLE, type Transaction } from '../database/open.ts'
import type { Log } from '../log.ts'
import { openBell } from './bell.ts'
import type { Work } from './carry-out.ts'
import { HandedOver } from './handed-over.ts'
import { type JobName, type Jobs, lanesOf, priorityOf, QUEUES } from './jobs.ts'
import { type Lane, workIn } from './lane.ts'
import { openRoom } from './room.ts'
import { steadyClock } from './steady-clock.ts'
import { forgetWrongClock, takeFromTheSilent } from './store.ts'

export type Queue = {
  /** Enqueues in the caller's transaction: the job exists exactly if what caused it does. */
  send<Name extends JobName>(tx: Transaction, name: Name, data: Jobs[Name]): Promise<void>
  /** Starts taking jobs: so many of each kind at a time, and of kinds that go by size so many small ones beside them. */
  work(work: Work): void
  /** Takes no more jobs, and has the ones under way end or be handed over. Doesn't wait for it; sending goes on. */
  stopWork(): void
  /** Stops the work, waits until it has ended (as long as `drainSeconds`), and closes. */
  close(): Promise<void>
}

const NAMES = Object.keys(QUEUES) as JobName[]

/** How often workers look for others that fell silent. */
const LOOK_MS = 1_000

/** On which those who send tell those who work of a new job. */
const CHANNEL = 'muster_job'

/**
 * @param options.supervise whether this process looks after the queues (a worker) or only sends (a web process)
 * @param options.concurrency how many jobs of each kind it does at a time; their signs of life need connections
 */
export async function openQueue(
  url: string,
  log: Log,
  options: { supervise: boolean; concurrency: number; drainSeconds: number; statementTimeoutSeconds: number },
): Promise<Queue> {
  const boss = openBoss(url, options)
  boss.on('error', (error) => log.warn({ reason: error.message }, 'the queue reports an error'))
  await boss.start()
  const stopping = new AbortController()
  const lanes: Lane[] = NAMES.flatMap((name) =>
    lanesOf(name).map((priority) => ({ name, priority, places: options.concurrency, bell: openBell() })),
  )
  const ring = (name?: string) => {
    for (const lane of lanes) if (name === undefined || lane.name === name) lane.bell.ring()
  }
  let working: Promise<unknown> = Promise.resolve()
  let ears: Promise<{ close(): Promise<void> } | undefined> | undefined
  const stopWork = () => {
    stopping.abort(new HandedOver('this process is told to stop'))
    ring()
  }
  return {
    send: (tx, name, data) => send(boss, tx, name, data),
    work: (work) => {
      const means = { db: boss.getDb(), log, work, stopping: stopping.signal, room: openRoom() }
      working = Promise.all(lanes.map((lane) => workIn(lane, means)))
      ears = listen(boss, ring, log)
      void keepLooking(boss, log, stopping.signal)
    },
    stopWork,
    close: async () => {
      stopWork()
      await Promise.race([working, sleep(options.drainSeconds * 1_000, undefined, { ref: false })])
      await (await ears)?.close()
      await boss.stop({ graceful: true, timeout: 1_000 }) // what recurs is its own work
    },
  }
}

function openBoss(
  url: string,
  options: { supervise: boolean; concurrency: number; statementTimeoutSeconds: number },
): PgBoss {
  const { connectionString, options: serverOptions } = connectionConfig(url, PORTAL_ROLE)
  // The library passes on options that it doesn't know itself.
  const forTheDriver = { keepAlive: true, query_timeout: options.statementTimeoutSeconds * 1_000 }
  return new PgBoss({
    connectionString: connectionString as string,
    options: serverOptions as string,
    ...forTheDriver,
    application_name: 'muster queue',
    max: 4 + options.concurrency,
    migrate: false,
    createSchema: false,
    reindex: false, // the portal's role doesn't own the indexes
    supervise: options.supervise,
    schedule: options.supervise,
    superviseIntervalSeconds: 2,
    monitorIntervalSeconds: 2,
    clock: steadyClock,
    clockMonitorIntervalSeconds: 60, // how far it is from PostgreSQL's
  })
}

async function send<Name extends JobName>(
  boss: PgBoss,
  tx: Transaction,
  name: Name,
  data: Jobs[Name],
): Promise<void> {
  const db: Db = { executeSql: (text, values) => tx.query(text, values) }
  await boss.send(name, data, {
    db,
    priority: priorityOf(data),
    ...('organisationId' in data ? { singletonKey: keyOf(name, data) } : {}),
  })
  await tx.query('select pg_notify($1, $2)', [CHANNEL, name]) // heard once it is committed
}

// The key of an ordered queue is the organisation; elsewhere pg-boss needs none, and every job stands for itself.
function keyOf(name: JobName, data: { organisationId?: number }): string {
  return QUEUES[name].policy === 'key_strict_fifo' ? String(data.organisationId) : crypto.randomUUID()
}

/** Without ears, jobs are found by looking for them every second. */
async function listen(boss: PgBoss, ring: (name?: string) => void, log: Log) {
  try {
    return await boss.getDb().listen?.(CHANNEL, ring, ring)
  } catch (error) {
    log.warn({ reason: (error as Error).name }, 'new jobs are looked for every second only')
    return undefined
  }
}

/** Looks for workers that fell silent, one look after the other: many that wait would take the queue's connections. */
async function keepLooking(boss: PgBoss, log: Log, stopping: AbortSignal): Promise<void> {
  for (; !stopping.aborted; await sleep(LOOK_MS, undefined, { ref: false })) {
    try {
      const jobs = await takeFromTheSilent(boss.getDb(), NAMES)
      await forgetWrongClock(boss.getDb(), NAMES)
      if (jobs > 0) log.warn({ jobs }, 'a worker fell silent: its jobs are given to others')
    } catch (error) {
      log.debug({ reason: (error as Error).name }, 'could not look for silent workers')
    }
  }
}
