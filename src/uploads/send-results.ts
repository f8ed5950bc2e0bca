import type { Portal } from '../portal.ts'
import { mailResults } from '../results/mail-results.ts'
import { findUpload } from './find-uploads.ts'
import { resultsFile } from './results-file.ts'
import { resultsMail } from './results-mail.ts'

/** Step 5: mails how an upload ended, with the file that was sent and the result of each of its rows. */
export async function sendResults(
  portal: Portal,
  { uploadId, organisationId }: { uploadId: number; organisationId: number },
): Promise<void> {
  await mailResults(portal, { id: uploadId, organisationId }, async (actor) => {
    const upload = await findUpload(portal, actor, uploadId)
    return {
      file: () => resultsFile(portal, actor, uploadId),
      page: `/uploads/${uploadId}`,
      message: (delivery) => resultsMail(upload, delivery),
    }
  })
}
