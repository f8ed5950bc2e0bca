import type { Portal } from '../portal.ts'
import { mailLink, mailResults, type Results } from '../results/mail-results.ts'
import { csvAsXlsx } from '../spreadsheets/csv-as-xlsx.ts'
import { findUpload } from './find-uploads.ts'
import { resultsFile } from './results-file.ts'
import { resultsMail } from './results-mail.ts'

type ResultsJob = { uploadId: number; organisationId: number }

/** Step 5: mails how an upload ended, with the file that was sent and the result of each of its rows. */
export function sendResults(portal: Portal, { uploadId, organisationId }: ResultsJob): Promise<void> {
  return mailResults(portal, { id: uploadId, organisationId }, resultsOf(portal, uploadId))
}

/** The same with the link alone, where sending the file was given up. */
export function sendResultsLink(portal: Portal, { uploadId, organisationId }: ResultsJob): Promise<void> {
  return mailLink(portal, { id: uploadId, organisationId }, resultsOf(portal, uploadId))
}

function resultsOf(portal: Portal, uploadId: number): Results {
  return async (actor) => {
    const upload = await findUpload(portal, actor, uploadId)
    return {
      file: async () => {
        const file = await resultsFile(portal, actor, uploadId, 'mail')
        return upload.format === 'csv' ? file : csvAsXlsx(file) // as it was sent, so it comes back
      },
      page: `/uploads/${uploadId}`,
      message: (delivery) => resultsMail(upload, delivery),
    }
  }
}
