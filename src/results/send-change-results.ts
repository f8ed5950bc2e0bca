import { findChangeSet } from '../changes/find-change-sets.ts'
import type { Portal } from '../portal.ts'
import { actionMail } from './action-mail.ts'
import { changeResultsFile } from './change-results-file.ts'
import { mailLink, mailResults, type Results } from './mail-results.ts'
import { undoMail } from './undo-mail.ts'

type ResultsJob = { changeSetId: number; organisationId: number }

/** Mails how a change set that is no upload ended, with what became of each field. */
export function sendChangeResults(
  portal: Portal,
  { changeSetId, organisationId }: ResultsJob,
): Promise<void> {
  return mailResults(portal, { id: changeSetId, organisationId }, resultsOf(portal, changeSetId))
}

/** The same with the link alone, where sending the file was given up. */
export function sendChangeLink(portal: Portal, { changeSetId, organisationId }: ResultsJob): Promise<void> {
  return mailLink(portal, { id: changeSetId, organisationId }, resultsOf(portal, changeSetId))
}

function resultsOf(portal: Portal, changeSetId: number): Results {
  return async (actor) => {
    const set = await findChangeSet(portal, actor, changeSetId)
    const mail = set.kind === 'undo' ? undoMail : actionMail
    return {
      file: () => changeResultsFile(portal, actor, changeSetId, 'mail'),
      page: `/changes/${changeSetId}`,
      message: (delivery) => mail(set, delivery),
    }
  }
}
