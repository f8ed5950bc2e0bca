import { type ChangeResult, RESULTS } from '../../changes/change.ts'
import type { Kind } from '../../changes/kinds.ts'
import { resultWord } from '../../results/result-words.ts'
import type { Upload } from '../../uploads/upload.ts'
import { count } from '../../words.ts'

const COLOURS: Record<ChangeResult, string> = {
  updated: 'green',
  created: 'green',
  withdrawn: 'green',
  removed: 'green',
  unchanged: 'grey',
  kept: 'grey',
  skipped: 'yellow',
  failed: 'red',
}

/** Each result of a row as its tag. */
export function resultTags(kind: Kind): Record<string, { text: string; colour: string }> {
  return Object.fromEntries(
    RESULTS.map((result) => [result, { text: resultWord(result, kind), colour: COLOURS[result] }]),
  )
}

/** What was changed: the heading of the page, as the subject of the e-mail. */
export function outcomeHeading({ results: { updated, created } }: Upload): string {
  if (updated === 0 && created === 0) return 'No account was changed'
  if (created === 0) return `${count(updated, 'account')} updated`
  if (updated === 0) return `${count(created, 'account')} created`
  return `${count(updated, 'account')} updated, ${count(created, 'account')} created`
}

/** What wasn't changed and why, with the result whose rows tell more. */
export function leftOut({ status, results }: Upload): { result: ChangeResult; rows: string; why: string }[] {
  const duplicate = 'left out as a possible duplicate'
  const why = {
    failed: 'failed: an error in the row, or something that changed since the check',
    skipped: `skipped: ${status === 'completed' ? duplicate : `not reached, or ${duplicate}`}`,
    unchanged: 'without a change: the account says the same already',
  } as const
  return (['failed', 'skipped', 'unchanged'] as const)
    .filter((result) => results[result] > 0)
    .map((result) => ({ result, rows: count(results[result], 'row'), why: why[result] }))
}
