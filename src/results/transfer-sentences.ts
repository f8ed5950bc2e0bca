import type { Counts } from '../changes/change-set.ts'
import { count, some } from '../words.ts'

type Planned = {
  /** A warning of a transfer is that somebody needs a new local ID. */
  counts: Pick<Counts, 'update' | 'unchanged' | 'error' | 'warned'>
  /** The organisation that they go to, or in which they move. */
  target: string
  isWithin: boolean
}

/**
 * What a transfer would do, a sentence without its full stop each: in the same words on pages and from commands. The
 * first one is there even where nobody can go.
 */
export function transferPlanSentences({ counts, target, isWithin }: Planned): string[] {
  const cannot = 'can’t be transferred and will be left out'
  return [
    `${counts.update === 0 ? 'Nobody' : count(counts.update, 'person', 'people')} will move ${isWithin ? 'within' : 'to'} ${target}`,
    ...some(counts.warned, 'needs a new local ID', 'need a new local ID'),
    ...some(counts.unchanged, 'is there already', 'are there already'),
    ...some(counts.error, cannot, cannot),
  ]
}
