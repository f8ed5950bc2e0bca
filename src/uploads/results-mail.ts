import { resultSentences } from '../results/result-sentences.ts'
import { composeResults, type Delivery } from '../results/results-mail.ts'
import { number, some } from '../words.ts'
import type { Upload } from './upload.ts'

/** The message that tells how an upload ended. */
export function resultsMail(
  upload: Upload,
  delivery: Delivery,
): { subject: string; text: string; html: string } {
  const { updated, created, skipped, failed } = upload.results
  const left = skipped + failed
  return composeResults(
    {
      status: upload.status,
      name: upload.filename,
      done: [
        ...some(updated, 'account updated', 'accounts updated'),
        ...(updated > 0 && created > 0
          ? [`${number(created)} created`]
          : some(created, 'account created', 'accounts created')),
      ],
      left: left > 0 ? [`${number(left)} left out`] : [],
      opening: opening(upload),
      lines: resultSentences({ kind: 'upload', results: upload.results }),
      file: { is: 'it is the file that was sent, with the result of each row', page: 'the upload’s page' },
      see: 'See the upload and its results',
    },
    delivery,
  )
}

function opening(upload: Upload): string {
  const file = `The file ${upload.filename} for ${upload.organisation.name}`
  if (upload.status === 'cancelled') {
    const { updated, created, unchanged } = upload.results
    if (updated + created + unchanged === 0) return `${file} was cancelled before anything was applied.`
    return `${file} was stopped before its end. What was applied until then stands; the other rows were left out.`
  }
  if (upload.status === 'failed')
    return `${file} could not be applied to its end. ${upload.reason?.message ?? ''}`.trim()
  return `${file} has been applied.`
}
