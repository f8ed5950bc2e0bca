import type { ChangeResult } from '../changes/change.ts'
import { KINDS, type Kind } from '../changes/kinds.ts'

const WORDS: Record<ChangeResult, string> = {
  updated: 'Updated',
  created: 'Created',
  withdrawn: 'Withdrawn',
  removed: 'Removed',
  unchanged: 'No change',
  kept: 'Kept',
  skipped: 'Skipped',
  failed: 'Failed',
}

/** A result as results files name it. */
export function resultWord(result: ChangeResult, kind: Kind): string {
  return kind === 'undo' && result === 'updated' ? 'Taken back' : WORDS[result]
}

export function notReached(kind: Kind): string {
  return `Not reached before the ${KINDS[kind].noun} was stopped.`
}
