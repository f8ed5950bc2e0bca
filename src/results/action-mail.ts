import type { ShownChangeSet } from '../changes/find-change-sets.ts'
import { titleOf, unnamed } from '../changes/name.ts'
import { number, some } from '../words.ts'
import { didWords, resultSentences } from './result-sentences.ts'
import { composeResults, type Delivery } from './results-mail.ts'

/** The message that tells how a bulk action or a transfer ended. */
export function actionMail(
  set: ShownChangeSet,
  delivery: Delivery,
): { subject: string; text: string; html: string } {
  const { updated, skipped, failed } = set.results
  const left = skipped + failed
  return composeResults(
    {
      status: set.status,
      name: set.organisation.name,
      done: some(updated, ...didWords(set)),
      left: left > 0 ? [`${number(left)} left out`] : [],
      opening: opening(set),
      lines: resultSentences(set),
      file: { is: 'it says of each account what became of it', page: 'its page' },
      see: 'See what was done, and the results',
    },
    delivery,
  )
}

function opening(set: ShownChangeSet): string {
  const what = `“${titleOf(unnamed(set))}” for ${set.organisation.name}`
  if (set.status === 'failed')
    return `${what} could not be done to its end. ${set.reason?.message ?? ''}`.trim()
  if (set.status !== 'cancelled') return `${what} has ended.`
  if (set.results.updated + set.results.unchanged === 0)
    return `${what} was cancelled before anything was done.`
  return `${what} was stopped before its end. What was done until then stays; the rest was left.`
}
