import { type Db, PgBoss } from 'pg-boss'
import { connection, PORTAL_ROLE, type Transaction } from '../database/open.ts'
import type { Log } from '../log.ts'
import { type JobName, type Jobs, QUEUES } from './jobs.ts'

/** A job as its handler sees it. `attempt` is 0 the first time; a killed worker's job comes again with 1. */
export type Job<Name extends JobName> = { data: Jobs[Name]; attempt: number }

export type Handlers = { [Name in JobName]: (job: Job<Name>) => Promise<void> }

export type Queue = {
  /** Enqueues in the caller's transaction: the job exists exactly if what caused it does. */
  send<Name extends JobName>(tx: Transaction, name: Name, data: Jobs[Name]): Promise<void>
  /** Starts taking jobs. */
  work(handlers: Handlers, options: { concurrency: number }): Promise<void>
  /** Lets running jobs end (at most 30 s), then stops. */
  close(): Promise<void>
}

const LIMITS = {
  heartbeatSeconds: 10, // a killed worker's job is taken up again after about this time
  expireInSeconds: 23 * 3600, // a job may take as long as its file needs: the heartbeat says whether it lives
  retryLimit: 100,
  retryDelay: 1,
  retryBackoff: true,
  retryDelayMax: 30,
  notify: true,
}

/** Makes the queue's schema and queues; part of migrating, since the portal's role owns nothing. */
export async function migrateQueue(url: string): Promise<void> {
  const boss = new PgBoss({ connectionString: url, supervise: false, schedule: false })
  boss.on('error', () => {}) // start and createQueue reject by themselves
  await boss.start()
  try {
    for (const [name, { policy }] of Object.entries(QUEUES))
      await boss.createQueue(name, { policy, ...LIMITS })
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

/** @param options.supervise whether this process looks after the queues (a worker) or only sends (a web process) */
export async function openQueue(url: string, log: Log, options: { supervise: boolean }): Promise<Queue> {
  const { connectionString, options: role } = connection(url, PORTAL_ROLE)
  const boss = new PgBoss({
    connectionString: connectionString as string,
    options: role as string,
    application_name: 'muster queue',
    max: 6,
    migrate: false,
    createSchema: false,
    reindex: false, // the portal's role doesn't own the indexes
    supervise: options.supervise,
    schedule: options.supervise,
    superviseIntervalSeconds: 2,
    monitorIntervalSeconds: 2,
    useListenNotify: options.supervise,
  })
  boss.on('error', (error) => log.warn({ reason: error.message }, 'the queue reports an error'))
  await boss.start()
  return {
    send: async (tx, name, data) => {
      const db: Db = { executeSql: (text, values) => tx.query(text, values) }
      await boss.send(name, data, {
        db,
        ...('organisationId' in data ? { singletonKey: keyOf(name, data) } : {}),
      })
    },
    work: async (handlers, { concurrency }) => {
      for (const name of Object.keys(QUEUES) as JobName[]) {
        const handle = handlers[name] as (job: Job<JobName>) => Promise<void>
        await boss.work(
          name,
          {
            batchSize: 1,
            localConcurrency: concurrency,
            pollingIntervalSeconds: 1,
            notifyPollingIntervalSeconds: 1,
            includeMetadata: true,
          },
          async ([job]) => {
            if (job) await handle({ data: job.data as never, attempt: job.retryCount })
          },
        )
      }
    },
    close: () => boss.stop({ graceful: true, timeout: 30_000 }),
  }
}

// The key of an ordered queue is the organisation; elsewhere pg-boss needs none, and every job stands for itself.
function keyOf(name: JobName, data: { organisationId?: number }): string {
  return QUEUES[name].policy === 'key_strict_fifo' ? String(data.organisationId) : crypto.randomUUID()
}
