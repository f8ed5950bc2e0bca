import { BULK_ACTIONS, type Deed, type Words, willWords } from '../changes/bulk-actions.ts'
import { type ChangeResult, RESULTS, type ResultCounts } from '../changes/change.ts'
import type { Counts } from '../changes/change-set.ts'
import type { Kind } from '../changes/kinds.ts'
import { some } from '../words.ts'

const OF_ROWS: Record<ChangeResult, Words> = {
  updated: ['account updated', 'accounts updated'],
  created: ['account created', 'accounts created'],
  withdrawn: ['account withdrawn', 'accounts withdrawn'],
  removed: ['account removed for good', 'accounts removed for good'],
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
  removed: OF_ROWS.removed,
  kept: [
    'account is kept, since somebody changed it afterwards',
    'accounts are kept, since somebody changed them afterwards',
  ],
  unchanged: ['account was so already', 'accounts were so already'],
  failed: ['account could not be written', 'accounts could not be written'],
  skipped: ['account was not reached before the end', 'accounts were not reached before the end'],
}

const OF_TRANSFERS: Record<ChangeResult, Words> = {
  ...OF_ROWS,
  updated: ['person moved', 'people moved'],
  unchanged: ['person was there already', 'people were there already'],
  failed: [
    'person could not be moved and stays where they are',
    'people could not be moved and stay where they are',
  ],
  skipped: ['person was not reached before the end', 'people were not reached before the end'],
}

const OF_STEPS = {
  start: ['pending account has become active', 'pending accounts have become active'],
  delete: ['leaver was deleted', 'leavers were deleted'],
  kept: ['account is kept, since it is no longer due', 'accounts are kept, since they are no longer due'],
} as const satisfies Record<string, Words>

/**
 * What became of a change set, a sentence without its full stop for each result that there was: in the same words on
 * pages, in messages and from commands.
 */
export function resultSentences({ results, ...set }: Did & { results: Partial<ResultCounts> }): string[] {
  const words = wordsOf(set)
  return RESULTS.flatMap((result) => some(results[result] ?? 0, ...words[result]))
}

type Did = { kind: Kind; deed?: Deed | null; step?: string | null }

function wordsOf({ kind, deed, step }: Did): Record<ChangeResult, Words> {
  if (kind === 'undo') return OF_UNDOS
  if (kind === 'transfer') return OF_TRANSFERS
  if (kind === 'lifecycle')
    return { ...OF_UNDOS, kept: OF_STEPS.kept, updated: OF_STEPS[step === 'start' ? 'start' : 'delete'] }
  return deed ? { ...OF_UNDOS, updated: didWords({ kind, deed }) } : OF_ROWS
}

/** What a bulk action or a transfer has done to one account, and to many. */
export function didWords({ kind, deed }: Did): Words {
  if (kind === 'transfer') return OF_TRANSFERS.updated
  return deed ? BULK_ACTIONS[deed.action].did : OF_ROWS.updated
}

/** What a plan would do, likewise; nothing of one whose kind has words of its own. */
export function planSentences({ kind, deed, counts }: Did & { counts: PlanCounts }): string[] {
  if (kind === 'undo') return undoPlanSentences(counts)
  if (!deed) return []
  return [
    ...some(counts.update, ...willWords(deed)),
    ...some(counts.error, 'can’t be, and is left out', 'can’t be, and are left out'),
    ...some(counts.unchanged, 'is so already', 'are so already'),
  ]
}

type PlanCounts = Pick<Counts, 'update' | 'withdraw' | 'kept' | 'unchanged' | 'error'>

function undoPlanSentences(counts: Pick<Counts, 'update' | 'withdraw' | 'kept' | 'unchanged'>): string[] {
  return [
    ...some(counts.update, 'account goes back to what it was', 'accounts go back to what they were'),
    ...some(counts.withdraw, ...OF_UNDOS.withdrawn),
    ...some(counts.kept, ...OF_UNDOS.kept),
    ...some(counts.unchanged, 'account is so already', 'accounts are so already'),
  ]
}
