import type { ShownChangeSet } from '../../changes/find-change-sets.ts'
import { titleOf } from '../../changes/name.ts'
import { count, some } from '../../words.ts'
import { pageOf } from '../changes/change-set-words.ts'
import { link } from '../link.ts'

/**
 * What needs attention, as a line: what it is and what of it, whose it is and since when.
 * @param mayAgree whether it waits for the agreement of whoever reads this
 * @param organisationId the organisation for which they look
 */
export function attentionLine(set: ShownChangeSet, mayAgree = false, organisationId: number | null = null) {
  const isAsked = mayAgree && set.kind === 'transfer' && set.counterpart?.id === organisationId
  return {
    id: set.id,
    href: link(pageOf(set), set.status === 'completed' ? { result: 'failed' } : {}),
    title: titleOf(set),
    words: isAsked ? askedWords(set) : words(set, mayAgree),
    by: (set.status === 'awaiting-agreement' ? set.confirmedBy : null)?.name ?? set.createdBy.name,
    at: set.completedAt ?? set.confirmedAt ?? set.createdAt,
  }
}

function askedWords({ counts, organisation: { name, code } }: ShownChangeSet): string {
  return `${name} (${code}) asks you to take ${count(counts.update, 'person', 'people')}`
}

function words(set: ShownChangeSet, mayAgree: boolean): string {
  const { status, counts, results } = set
  if (status === 'completed') return count(results.failed, 'failed row')
  if (status === 'failed') return 'could not be done'
  const writes = [
    ...some(counts.update, 'account to change', 'accounts to change'),
    ...some(counts.create, 'account to create', 'accounts to create'),
    ...some(counts.withdraw, 'account to withdraw', 'accounts to withdraw'),
  ].join(', ')
  if (status === 'awaiting-agreement') return `waiting for ${mayAgree ? 'your ' : ''}agreement: ${writes}`
  return writes === ''
    ? 'waiting for you to decide about some rows'
    : `waiting for your confirmation: ${writes}`
}

const DOING = {
  checking: 'is being checked',
  queued: 'waits to start',
  applying: 'is being applied',
} as const

/** How far something has come that is on its way. */
export function underWayWords({ status, progress }: ShownChangeSet, ahead: number): string {
  const doing = DOING[status as keyof typeof DOING]
  if (status === 'queued')
    return ahead === 0 ? `${doing}, next in turn` : `${doing}, behind ${count(ahead, 'other')}`
  if (status === 'checking' || progress.total === 0) return doing
  return `${doing}: ${progress.done.toLocaleString('en-GB')} of ${count(progress.total, 'row')} done`
}
