import { applyChangeSet } from '../changes/apply.ts'
import { planUndo } from '../changes/undo.ts'
import { deliverMail } from '../mail/outbox.ts'
import type { Portal } from '../portal.ts'
import { HandedOver } from '../queue/handed-over.ts'
import type { JobName } from '../queue/jobs.ts'
import type { Job } from '../queue/lane.ts'
import { runReport } from '../reports/run.ts'
import { sendUndoResults } from '../results/send-undo-results.ts'
import { checkUpload } from '../uploads/check.ts'
import { expireUploads } from '../uploads/expire.ts'
import { sendResults } from '../uploads/send-results.ts'

/** What is done for each job. Every handler may run twice, after a kill, and then does only what is left to do. */
const WORK: { [Name in JobName]: (portal: Portal, job: Job<Name>) => Promise<void> } = {
  'check-upload': checkUpload,
  'apply-change-set': applyChangeSet,
  'plan-undo': planUndo,
  'send-results': (portal, { data }) => sendResults(portal, data),
  'send-undo-results': (portal, { data }) => sendUndoResults(portal, data),
  'deliver-mail': deliverMail,
  'run-report': runReport,
  'expire-uploads': expireUploads,
}

/** Starts taking jobs, as many of each kind at a time as WORKER_CONCURRENCY says, until the queue is closed. */
export function startWorker(portal: Portal): void {
  portal.queue.work((job) => logged(portal, job))
}

// What recurs every minute isn't worth two lines each time.
const QUIET: readonly JobName[] = ['deliver-mail', 'expire-uploads']

async function logged(portal: Portal, job: Job): Promise<void> {
  const level = QUIET.includes(job.name) ? 'debug' : 'info'
  const about = { job: job.name, ...job.data, attempt: job.attempt }
  const started = performance.now()
  const ms = () => Math.round(performance.now() - started)
  portal.log[level](about, 'job begins')
  try {
    await (WORK[job.name] as (portal: Portal, job: Job) => Promise<void>)(portal, job)
    portal.log[level]({ ...about, ms: ms() }, 'job done')
  } catch (error) {
    if (error instanceof HandedOver)
      portal.log.info({ ...about, ms: ms() }, 'job handed over to another worker')
    else portal.log.error({ ...about, ms: ms(), err: error }, 'job failed, and will be tried again')
    throw error
  }
}
