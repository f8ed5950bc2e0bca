import { setTimeout as sleep } from 'node:timers/promises'
import { type Db, type JobWithMetadata, PgBoss } from 'pg-boss'
import { connection, PORTAL_ROLE, type Transaction } from '../database/open.ts'
import type { Log } from '../log.ts'
import { HandedOver, handOver, takeFromTheSilent } from './hand-over.ts'
import { type JobName, type Jobs, lanesOf, priorityOf, QUEUES } from './jobs.ts'
import { steadyClock } from './steady-clock.ts'
import { forgetWrongClock } from './wrong-clock.ts'

/**
 * A job as its handler sees it. `attempt` is 0 the first time; a killed worker's job comes again with 1. `signal` says
 * that the job is another's now, or is to become one: a long job looks at it and stops where it can be gone on with.
 */
export type Job<Name extends JobName> = { data: Jobs[Name]; attempt: number; signal?: AbortSignal }

export type Handlers = { [Name in JobName]: (job: Job<Name>) => Promise<void> }

export type Queue = {
  /** Enqueues in the caller's transaction: the job exists exactly if what caused it does. */
  send<Name extends JobName>(tx: Transaction, name: Name, data: Jobs[Name]): Promise<void>
  /** Starts taking jobs: so many of each kind at a time, and of kinds that go by size so many small ones beside them. */
  work(handlers: Handlers): Promise<void>
  /** Takes no more jobs, and has the ones under way end or be handed over. Doesn't wait for it; sending goes on. */
  stopWork(): void
  /** Stops the work, waits until it has ended (as long as `drainSeconds`), and closes. */
  close(): Promise<void>
}

const NAMES = Object.keys(QUEUES) as JobName[]

const LIMITS = {
  heartbeatSeconds: 10, // a worker that is silent for so long has lost its job
  expireInSeconds: 23 * 3600, // a job may take as long as its file needs: the heartbeat says whether it lives
  // A job is tried, or waits, until it is done: one that was given up would leave its upload without an end.
  retryLimit: 1_000_000_000,
  retentionSeconds: 10 * 365 * 24 * 3600,
  retryDelay: 1,
  retryBackoff: true,
  retryDelayMax: 30,
  deleteAfterSeconds: 24 * 3600,
  notify: true,
}

/** How often workers look for jobs, and for workers that fell silent. */
const LOOK_MS = 1_000

/**
 * Makes the queue's schema and queues; part of migrating, since the portal's role owns nothing. Not safe when several
 * processes do it at once: it is for `migrate`, which lets one at a time.
 */
export async function migrateQueue(url: string): Promise<void> {
  const boss = new PgBoss({ connectionString: url, supervise: false, schedule: false })
  boss.on('error', () => {}) // start and createQueue reject by themselves
  await boss.start()
  try {
    for (const [name, { policy }] of Object.entries(QUEUES)) {
      await boss.createQueue(name, { policy, ...LIMITS })
      await boss.updateQueue(name, LIMITS) // one that an earlier version made
    }
    await boss.schedule('deliver-mail', '* * * * *', {})
    await boss.schedule('expire-uploads', '17 * * * *', {})
    await boss.getDb().executeSql(GRANTS)
  } finally {
    await boss.stop({ graceful: false })
  }
}

const GRANTS = `
  grant usage on schema pgboss to ${PORTAL_ROLE};
  grant select, insert, update, delete on all tables in schema pgboss to ${PORTAL_ROLE};
  grant usage on all sequences in schema pgboss to ${PORTAL_ROLE};
  grant execute on all functions in schema pgboss to ${PORTAL_ROLE};`

/**
 * @param options.supervise whether this process looks after the queues (a worker) or only sends (a web process)
 * @param options.concurrency how many jobs of each kind it does at a time; their signs of life need connections
 */
export async function openQueue(
  url: string,
  log: Log,
  options: { supervise: boolean; concurrency: number; drainSeconds: number; patienceSeconds: number },
): Promise<Queue> {
  const { connectionString, options: serverOptions } = connection(url, PORTAL_ROLE)
  // The library hands on what it doesn't know itself.
  const forTheDriver = { keepAlive: true, query_timeout: options.patienceSeconds * 1_000 }
  const boss = new PgBoss({
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
    useListenNotify: options.supervise,
    clock: steadyClock,
    clockMonitorIntervalSeconds: 60, // how far it is from PostgreSQL's
  })
  boss.on('error', (error) => log.warn({ reason: error.message }, 'the queue reports an error'))
  await boss.start()
  const stopping = new AbortController()
  const stopWork = () => {
    stopping.abort(new HandedOver('this process is told to stop'))
    for (const name of NAMES) void boss.offWork(name, { wait: false })
  }
  return {
    send: async (tx, name, data) => {
      const db: Db = { executeSql: (text, values) => tx.query(text, values) }
      await boss.send(name, data, {
        db,
        priority: priorityOf(data),
        ...('organisationId' in data ? { singletonKey: keyOf(name, data) } : {}),
      })
    },
    work: async (handlers) => {
      for (const name of NAMES) {
        const handle = handlers[name] as (job: Job<JobName>) => Promise<void>
        for (const lane of lanesOf(name)) {
          for (let place = 0; place < options.concurrency; place++)
            await workIn(boss, name, lane, handle, stopping.signal)
        }
      }
      void keepLooking(boss, log, stopping.signal)
    },
    stopWork,
    close: async () => {
      stopWork()
      await boss.stop({ graceful: true, timeout: options.drainSeconds * 1_000 })
    },
  }
}

/** One place in which one job at a time is done. */
async function workIn(
  boss: PgBoss,
  name: JobName,
  lane: object,
  handle: (job: Job<JobName>) => Promise<void>,
  stopping: AbortSignal,
): Promise<void> {
  const place = await boss.work(
    name,
    {
      batchSize: 1,
      pollingIntervalSeconds: LOOK_MS / 1_000,
      notifyPollingIntervalSeconds: LOOK_MS / 1_000,
      includeMetadata: true,
      ...lane,
    },
    async ([job]: JobWithMetadata<object>[]) => {
      if (!job) return
      try {
        const signal = AbortSignal.any([stopping, job.signal])
        await handle({ data: job.data as never, attempt: job.retryCount, signal })
      } catch (error) {
        if (error instanceof HandedOver) await handOver(boss.getDb(), job)
        throw error
      } finally {
        boss.notifyWorker(place) // the next one may be waiting already
      }
    },
  )
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

// The key of an ordered queue is the organisation; elsewhere pg-boss needs none, and every job stands for itself.
function keyOf(name: JobName, data: { organisationId?: number }): string {
  return QUEUES[name].policy === 'key_strict_fifo' ? String(data.organisationId) : crypto.randomUUID()
}
