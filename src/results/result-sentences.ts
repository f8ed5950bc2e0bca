import { type ChangeResult, RESULTS, type ResultCounts } from '../changes/change.ts'
import type { Counts } from '../changes/change-set.ts'
import type { Kind } from '../changes/kinds.ts'
import { some } from '../words.ts'

/** What became of one, and of many. */
type Words = readonly [one: string, many: string]

const OF_ROWS: Record<ChangeResult, Words> = {
  updated: ['account updated', 'accounts updated'],
  created: ['account created', 'accounts created'],
  withdrawn: ['account withdrawn', 'accounts withdrawn'],
  kept: ['account kept as it is', 'accounts kept as they are'],
  unchanged: ['row changed nothing', 'rows changed nothing'],
  failed: ['row failed and was left out', 'rows failed and were left out'],
  skipped: [
    'row skipped: left out until somebody decides, or not reached before the end',
    'rows skipped: left out until somebody decides, or not reached before the end',
  ],
}

const OF_UNDOS: Record<ChangeResult, Words> = {
  updated: ['account went back to what it was', 'accounts went back to what they were'],
  created: OF_ROWS.created,
  withdrawn: ['account that was created is withdrawn', 'accounts that were created are withdrawn'],
  kept: [
    'account is kept, since somebody changed it afterwards',
    'accounts are kept, since somebody changed them afterwards',
  ],
  unchanged: ['account was so already', 'accounts were so already'],
  failed: ['account could not be written', 'accounts could not be written'],
  skipped: ['account was not reached before the end', 'accounts were not reached before the end'],
}

/**
 * What became of a change set, a sentence without its full stop for each result that there was: in the same words on
 * pages, in messages and from commands.
 */
export function resultSentences({ kind, results }: { kind: Kind; results: Partial<ResultCounts> }): string[] {
  const words = kind === 'undo' ? OF_UNDOS : OF_ROWS
  return RESULTS.flatMap((result) => some(results[result] ?? 0, ...words[result]))
}

/** What a plan to take something back would do, likewise. */
export function undoPlanSentences(
  counts: Pick<Counts, 'update' | 'withdraw' | 'kept' | 'unchanged'>,
): string[] {
  return [
    ...some(counts.update, 'account goes back to what it was', 'accounts go back to what they were'),
    ...some(counts.withdraw, ...OF_UNDOS.withdrawn),
    ...some(counts.kept, ...OF_UNDOS.kept),
    ...some(counts.unchanged, 'account is so already', 'accounts are so already'),
  ]
}
