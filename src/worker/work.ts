import { applyChangeSet } from '../changes/apply.ts'
import { deliverMail } from '../mail/outbox.ts'
import type { Portal } from '../portal.ts'
import { HandedOver } from '../queue/hand-over.ts'
import type { JobName } from '../queue/jobs.ts'
import type { Handlers, Job } from '../queue/open.ts'
import { runReport } from '../reports/run.ts'
import { checkUpload } from '../uploads/check.ts'
import { expireUploads } from '../uploads/expire.ts'
import { sendResults } from '../uploads/send-results.ts'

/** What is done for each job. Every handler may run twice, after a kill, and then does only what is left to do. */
const WORK: { [Name in JobName]: (portal: Portal, job: Job<Name>) => Promise<void> } = {
  'check-upload': checkUpload,
  'apply-change-set': applyChangeSet,
  'send-results': (portal, { data }) => sendResults(portal, data),
  'deliver-mail': deliverMail,
  'run-report': runReport,
  'expire-uploads': expireUploads,
}

/** Starts taking jobs, as many of each kind at a time as WORKER_CONCURRENCY says, until the queue is closed. */
export async function startWorker(portal: Portal): Promise<void> {
  const handlers = Object.fromEntries(
    Object.entries(WORK).map(([name, work]) => [name, logged(portal, name, work as Work)]),
  ) as unknown as Handlers
  await portal.queue.work(handlers)
}

type Work = (portal: Portal, job: Job<JobName>) => Promise<void>

// What recurs every minute isn't worth two lines each time.
const QUIET = new Set(['deliver-mail', 'expire-uploads'])

function logged(portal: Portal, name: string, work: Work): (job: Job<JobName>) => Promise<void> {
  const level = QUIET.has(name) ? 'debug' : 'info'
  return async (job) => {
    const about = { job: name, ...job.data, attempt: job.attempt }
    const started = performance.now()
    const ms = () => Math.round(performance.now() - started)
    portal.log[level](about, 'job begins')
    try {
      await work(portal, job)
      portal.log[level]({ ...about, ms: ms() }, 'job done')
    } catch (error) {
      if (error instanceof HandedOver)
        portal.log.info({ ...about, ms: ms() }, 'job handed over to another worker')
      else portal.log.error({ ...about, ms: ms(), err: error }, 'job failed, and will be tried again')
      throw error
    }
  }
}
