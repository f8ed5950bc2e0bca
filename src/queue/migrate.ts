import { PgBoss } from 'pg-boss'
import { QUEUES } from './jobs.ts'
import { grantToPortal } from './store.ts'

/** A worker that is silent for so long has lost its job. */
export const HEARTBEAT_SECONDS = 10

const LIMITS = {
  heartbeatSeconds: HEARTBEAT_SECONDS,
  expireInSeconds: 23 * 3600, // a job may take as long as its file needs: the heartbeat says whether it lives
  // The library gives up no job, however long it waits: that would leave its upload without an end. See carry-out.ts.
  retryLimit: 1_000_000_000,
  retentionSeconds: 10 * 365 * 24 * 3600,
  retryDelay: 1,
  retryBackoff: true,
  retryDelayMax: 30,
  deleteAfterSeconds: 24 * 3600,
  notify: false, // open.ts tells of a new job itself
}

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
    await boss.schedule('take-steps', '37 * * * *', {})
    await grantToPortal(boss.getDb())
  } finally {
    await boss.stop({ graceful: false })
  }
}
