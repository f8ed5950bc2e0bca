import { mailLinks } from '../access/forgotten-password.ts'
import { failAction, planAction } from '../actions/plan.ts'
import { applyChangeSet, failApply } from '../changes/apply/apply.ts'
import { failUndo, planUndo } from '../changes/history/undo.ts'
import { failOrganisationList, loadOrganisations } from '../directory/organisation-list.ts'
import { failSearch, searchDuplicates } from '../duplicates/search.ts'
import { deliverMail, putOffMail } from '../mail/outbox.ts'
import type { Portal } from '../portal.ts'
import type { Job } from '../queue/carry-out.ts'
import type { GivenUp } from '../queue/given-up.ts'
import type { JobName, Jobs } from '../queue/jobs.ts'
import { failReport, runReport } from '../reports/run.ts'
import { sendChangeLink, sendChangeResults } from '../results/send-change-results.ts'
import { failTransfer, planTransfer } from '../transfers/plan-transfer.ts'
import { checkUpload, failCheck } from '../uploads/check.ts'
import { sendResults, sendResultsLink } from '../uploads/send-results.ts'
import { doDaily } from './daily.ts'
import { keepUp } from './upkeep.ts'

type Handler<Name extends JobName> = {
  /** Does it. May run twice, after a kill, and then does only what is left to do. */
  run(portal: Portal, job: Job<Name>): Promise<void>
  /** Ends what it is about when it is given up, with words for the person. As little as possible: it must not fail. */
  giveUp(portal: Portal, data: Jobs[Name], why: GivenUp): Promise<void>
}

/** What is done for each job, and what its failure means. */
const HANDLERS: { [Name in JobName]: Handler<Name> } = {
  'check-upload': { run: checkUpload, giveUp: failCheck },
  'apply-change-set': { run: applyChangeSet, giveUp: failApply },
  'plan-undo': { run: planUndo, giveUp: failUndo },
  'plan-action': { run: planAction, giveUp: failAction },
  'plan-transfer': { run: planTransfer, giveUp: failTransfer },
  'send-results': { run: (portal, { data }) => sendResults(portal, data), giveUp: sendResultsLink },
  'send-undo-results': { run: (portal, { data }) => sendChangeResults(portal, data), giveUp: sendChangeLink },
  'send-change-results': {
    run: (portal, { data }) => sendChangeResults(portal, data),
    giveUp: sendChangeLink,
  },
  'deliver-mail': { run: writeAndDeliver, giveUp: putOffMail },
  'run-report': { run: runReport, giveUp: failReport },
  'load-organisations': { run: loadOrganisations, giveUp: failOrganisationList },
  'find-duplicates': { run: searchDuplicates, giveUp: failSearch },
  // Nobody waits for these jobs, so nobody is told when one is given up: the next one begins anew.
  'expire-uploads': { run: keepUp, giveUp: async () => {} },
  'take-steps': { run: doDaily, giveUp: async () => {} },
}

// Links that were asked for are written first: the messages leave with the others.
async function writeAndDeliver(portal: Portal, job: Job<'deliver-mail'>): Promise<void> {
  await mailLinks(portal, job)
  await deliverMail(portal, job)
}

/** Starts taking jobs, as many of each kind at a time as WORKER_CONCURRENCY says, until the queue is closed. */
export function startWorker(portal: Portal): void {
  portal.queue.work({
    run: (job) => handlerOf(job.name).run(portal, job),
    giveUp: ({ name, data }, why) => handlerOf(name).giveUp(portal, data, why),
  })
}

// TypeScript can't follow which handler belongs to a name. The type above says that each takes its own job's data.
function handlerOf(name: JobName): Handler<JobName> {
  return HANDLERS[name] as Handler<JobName>
}
