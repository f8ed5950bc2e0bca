import { composeMail, type Paragraph } from '../mail/compose.ts'
import type { Upload } from './upload.ts'

/**
 * The message that tells how an upload ended: the page's own sentences and numbers, and nothing about any person.
 * @param results.attached whether the results file comes with it, or only the link
 */
export function resultsMail(
  upload: Upload,
  results: { link: string; attached: boolean },
): { subject: string; text: string; html: string } {
  const paragraphs: Paragraph[] = [
    opening(upload),
    { list: lines(upload) },
    results.attached
      ? 'The results file is attached: it is the file that you sent, with the result of each row.'
      : 'The results file is on the upload’s page: it is the file that you sent, with the result of each row.',
    { says: 'See the upload and its results', link: results.link },
  ]
  return { subject: subject(upload), ...composeMail(paragraphs) }
}

const STATES: Partial<Record<Upload['status'], string>> = { cancelled: 'Stopped: ', failed: 'Failed: ' }

/** Such as `1,204 accounts updated, 12 left out: people.csv`. */
function subject(upload: Upload): string {
  const { updated, created, skipped, failed } = upload.results
  const done = [
    updated > 0 ? `${accounts(updated)} updated` : '',
    created > 0 ? `${updated > 0 ? number(created) : accounts(created)} created` : '',
  ].filter((part) => part !== '')
  const outcome = done.length > 0 ? done : ['no account changed']
  const left = skipped + failed
  const words = [...outcome, ...(left > 0 ? [`${number(left)} left out`] : [])].join(', ')
  return `${capitalised(`${STATES[upload.status] ?? ''}${words}`)}: ${upload.filename}`
}

function opening(upload: Upload): string {
  const file = `Your file ${upload.filename} for ${upload.organisation.name}`
  if (upload.status === 'cancelled') {
    const { updated, created, unchanged } = upload.results
    if (updated + created + unchanged === 0) return `${file} was cancelled before anything was applied.`
    return `${file} was stopped before its end. What was applied until then stands; the other rows were left out.`
  }
  if (upload.status === 'failed')
    return `${file} could not be applied to its end. ${upload.reason?.message ?? ''}`.trim()
  return `${file} has been applied.`
}

function lines({ results }: Upload): string[] {
  const { updated, created, unchanged, skipped, failed } = results
  return [
    updated > 0 ? `${accounts(updated)} updated` : '',
    created > 0 ? `${accounts(created)} created` : '',
    unchanged > 0 ? `${rows(unchanged)} changed nothing` : '',
    failed > 0 ? `${rows(failed)} failed and ${failed === 1 ? 'was' : 'were'} left out` : '',
    skipped > 0
      ? `${rows(skipped)} skipped: a possible duplicate left out, or not reached before the end`
      : '',
  ].filter((line) => line !== '')
}

const NUMBER = new Intl.NumberFormat('en-GB')

function number(count: number): string {
  return NUMBER.format(count)
}

function accounts(count: number): string {
  return `${number(count)} ${count === 1 ? 'account' : 'accounts'}`
}

function rows(count: number): string {
  return `${number(count)} ${count === 1 ? 'row' : 'rows'}`
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
