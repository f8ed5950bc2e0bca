import { type Clock, systemClock } from './clock.ts'
import type { Config } from './config.ts'
import { type Database, openDatabase } from './database/open.ts'
import { type Log, openLog } from './log.ts'
import { type Mailer, openMailer } from './mail/open.ts'
import { openQueue, type Queue } from './queue/open.ts'

/** What every part of the program shares, and nothing else. */
export type Portal = AsyncDisposable & {
  config: Config
  database: Database
  queue: Queue
  mailer: Mailer
  log: Log
  clock: Clock
}

/**
 * Opens what is shared on a database that is migrated already; disposing closes it in the opposite order.
 * @param options.databaseUrl the configured PostgreSQL, or the embedded one that was started
 */
export async function openPortal(
  config: Config,
  options: { databaseUrl: string; supervise?: boolean; clock?: Clock; log?: Log },
): Promise<Portal> {
  const log = options.log ?? openLog(config.logLevel)
  const database = openDatabase(options.databaseUrl, {
    statementTimeoutSeconds: config.databaseStatementTimeoutSeconds,
  })
  const queue = await openQueue(options.databaseUrl, log, {
    supervise: options.supervise ?? true,
    concurrency: config.workerConcurrency,
    drainSeconds: config.drainSeconds,
    statementTimeoutSeconds: config.databaseStatementTimeoutSeconds,
  })
  const mailer = openMailer(config)
  return {
    config,
    database,
    queue,
    mailer,
    log,
    clock: options.clock ?? systemClock,
    [Symbol.asyncDispose]: async () => {
      await queue.close()
      mailer.close()
      await database.close()
    },
  }
}
