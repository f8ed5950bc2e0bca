import type { ShownChangeSet } from '../changes/find-change-sets.ts'
import { count, some } from '../words.ts'

type Planned = Pick<ShownChangeSet, 'counts' | 'organisation' | 'counterpart'>

/**
 * What a transfer would do, a sentence without its full stop each: in the same words on pages and from commands. The
 * first one is there even where nobody can go.
 */
export function transferPlanSentences({ counts, organisation, counterpart }: Planned): string[] {
  const { name, code } = counterpart ?? organisation
  const where = `${counterpart === null ? 'within' : 'to'} ${name} (${code})`
  return [
    `${counts.update === 0 ? 'Nobody' : count(counts.update, 'person', 'people')} will move ${where}`,
    ...some(counts.warnings['new-local-id'] ?? 0, 'needs a new local ID', 'need a new local ID'),
    ...some(counts.unchanged, 'is there already', 'are there already'),
    ...some(
      counts.error,
      'can’t be transferred and will be left out',
      'can’t be transferred and will be left out',
    ),
  ]
}
