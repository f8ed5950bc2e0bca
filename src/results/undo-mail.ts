import type { ShownChangeSet } from '../changes/find-change-sets.ts'
import { nameOf, unnamed } from '../changes/name.ts'
import { number, some } from '../words.ts'
import { resultSentences } from './result-sentences.ts'
import { composeResults, type Delivery } from './results-mail.ts'

/** The message that tells how an undo ended. */
export function undoMail(
  undo: ShownChangeSet,
  delivery: Delivery,
): { subject: string; text: string; html: string } {
  const { updated, withdrawn, kept, skipped, failed } = undo.results
  const left = skipped + failed
  return composeResults(
    {
      status: undo.status,
      name: undone(undo),
      done: some(updated + withdrawn, 'account taken back', 'accounts taken back'),
      left: [
        ...(kept > 0 ? [`${number(kept)} kept`] : []),
        ...(left > 0 ? [`${number(left)} left out`] : []),
      ],
      opening: opening(undo),
      lines: resultSentences(undo),
      file: { is: 'it says of each field what became of it', page: 'the page of what was taken back' },
      see: 'See what was taken back, and the results',
    },
    delivery,
  )
}

function undone({ undoes }: ShownChangeSet): string {
  return undoes ? nameOf(unnamed(undoes)) : 'a change'
}

function opening(undo: ShownChangeSet): string {
  const what = `Taking back ${undone(undo)} for ${undo.organisation.name}`
  if (undo.status === 'cancelled') {
    const { updated, withdrawn, kept, unchanged } = undo.results
    if (updated + withdrawn + kept + unchanged === 0)
      return `${what} was cancelled before anything was taken back.`
    return `${what} was stopped before its end. What was taken back until then stays taken back; the rest was left.`
  }
  if (undo.status === 'failed')
    return `${what} could not be done to its end. ${undo.reason?.message ?? ''}`.trim()
  return `${what} has ended.`
}
