import { findChangeSet } from '../changes/find-change-sets.ts'
import type { Portal } from '../portal.ts'
import { changeResultsFile } from './change-results-file.ts'
import { mailLink, mailResults, type Results } from './mail-results.ts'
import { undoMail } from './undo-mail.ts'

type ResultsJob = { changeSetId: number; organisationId: number }

/** Mails how an undo ended, with what became of each field. */
export function sendUndoResults(portal: Portal, { changeSetId, organisationId }: ResultsJob): Promise<void> {
  return mailResults(portal, { id: changeSetId, organisationId }, resultsOf(portal, changeSetId))
}

/** The same with the link alone, where sending the file was given up. */
export function sendUndoLink(portal: Portal, { changeSetId, organisationId }: ResultsJob): Promise<void> {
  return mailLink(portal, { id: changeSetId, organisationId }, resultsOf(portal, changeSetId))
}

function resultsOf(portal: Portal, changeSetId: number): Results {
  return async (actor) => {
    const undo = await findChangeSet(portal, actor, changeSetId)
    return {
      file: () => changeResultsFile(portal, actor, changeSetId, 'mail'),
      page: `/changes/${changeSetId}`,
      message: (delivery) => undoMail(undo, delivery),
    }
  }
}
