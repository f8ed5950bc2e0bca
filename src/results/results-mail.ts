import type { Status } from '../changes/status.ts'
import { composeMail } from '../mail/compose.ts'

/** How a change set ended, in the words of its kind. Nothing in it is about any person. */
export type Outcome = {
  status: Status
  /** What it is called. */
  name: string
  /** What was done, for the subject: `1,204 accounts updated`. */
  done: string[]
  /** What wasn't, for the subject: `12 left out`. */
  left: string[]
  opening: string
  lines: string[]
  /** What the results file is, and on whose page it stands. */
  file: { is: string; page: string }
  /** The words of the link. */
  see: string
}

/** The results as they reach a reader: the file comes with them, or stands behind the link. */
export type Delivery = { link: string; attached: boolean }

/** The message that tells how a change set ended: the page's own sentences and numbers. */
export function composeResults(
  outcome: Outcome,
  { link, attached }: Delivery,
): { subject: string; text: string; html: string } {
  const { is, page } = outcome.file
  return {
    subject: subject(outcome),
    ...composeMail([
      outcome.opening,
      { list: outcome.lines },
      `The results file is ${attached ? 'attached' : `on ${page}`}: ${is}.`,
      { says: outcome.see, link },
    ]),
  }
}

const STATES: Partial<Record<Status, string>> = { cancelled: 'Stopped: ', failed: 'Failed: ' }

/** Such as `1,204 accounts updated, 12 left out: people.csv`. */
function subject({ status, done, left, name }: Outcome): string {
  const outcome = done.length > 0 ? done : ['no account changed']
  return `${capitalised(`${STATES[status] ?? ''}${[...outcome, ...left].join(', ')}`)}: ${name}`
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
