import { BULK_ACTIONS } from '../../changes/bulk-actions.ts'
import { findAgreement } from '../../changes/find-agreement.ts'
import type { ShownChangeSet } from '../../changes/find-change-sets.ts'
import type { Status } from '../../changes/status.ts'
import { FIELD_NAMES, labelOf } from '../../directory/fields.ts'
import { planSentences, resultSentences } from '../../results/result-sentences.ts'
import { count, number } from '../../words.ts'
import type { PageRequest } from '../request.ts'

/** Where its page is. */
export function pageOf({ kind, id }: Pick<ShownChangeSet, 'kind' | 'id'>): string {
  return kind === 'upload' ? `/uploads/${id}` : `/changes/${id}`
}

export const STATUS_TAGS: Record<Status, { text: string; colour: string }> = {
  checking: { text: 'Being prepared', colour: 'blue' },
  rejected: { text: 'Rejected', colour: 'red' },
  checked: { text: 'Waiting for confirmation', colour: 'yellow' },
  'awaiting-agreement': { text: 'Waiting for agreement', colour: 'yellow' },
  queued: { text: 'Waiting to start', colour: 'blue' },
  applying: { text: 'Being applied', colour: 'blue' },
  completed: { text: 'Completed', colour: 'green' },
  cancelled: { text: 'Cancelled', colour: 'grey' },
  failed: { text: 'Failed', colour: 'red' },
  expired: { text: 'Not agreed in time', colour: 'grey' },
}

/** Which part of a change is taken back: `2 rows`, `the field Job title`. */
export function partWords({ part }: ShownChangeSet): string {
  const { rows = null, fields = null } = part ?? {}
  const words = fields?.map(labelOf).join(', ')
  return [
    ...(rows === null ? [] : [count(rows, 'row')]),
    ...(fields === null ? [] : [`the ${fields.length === 1 ? 'field' : 'fields'} ${words}`]),
  ].join(' and ')
}

/** Of the fields that it wrote those that it changed in accounts that were there: new accounts go back as a whole. */
export function fieldsToChoose({ fields, counts }: ShownChangeSet): string[] {
  if (fields.includes('organisation')) return [] // an account goes back to another organisation whole
  return FIELD_NAMES.filter((field) => counts.fields[field] && fields.includes(field))
}

/** What a plan would do. */
export function planLines(set: ShownChangeSet): string[] {
  return planSentences(set).map((sentence) => `${sentence}.`)
}

/** What became of any change set, in numbers. */
export function resultLines(set: ShownChangeSet): string[] {
  return resultSentences(set).map((sentence) => `${sentence}.`)
}

/** How many accounts a plan writes: the number on the button. */
export function accountsToWrite({ counts }: ShownChangeSet): number {
  return counts.update + counts.create + counts.withdraw
}

/** What the button does, and to how many. */
export function confirmWords(set: ShownChangeSet): string {
  const accounts = accountsToWrite(set)
  if (set.deed !== null) return BULK_ACTIONS[set.deed.action].button(accounts)
  return `Take back ${count(accounts, 'account')}`
}

/** What the next page says when a plan was confirmed and isn't applied yet. */
export async function askedNotice(
  { portal, actor }: Pick<PageRequest, 'portal' | 'actor'>,
  { id, status }: Pick<ShownChangeSet, 'id' | 'status'>,
): Promise<string | undefined> {
  if (status !== 'awaiting-agreement') return undefined
  const { needs } = await findAgreement(portal, actor, id)
  const alone = needs.find(({ agreedBy, asked }) => agreedBy === null && asked.length === 0)
  if (alone) {
    const { name, code } = alone.organisation
    return `Another person must agree to this, and nobody can yet: somebody must be given the role of a local administrator of ${name} (${code}) first. Nothing is changed until they agree.`
  }
  return 'Another person must agree to this. They have been asked, and nothing is changed until they do.'
}

export function progressWords({ kind, status, progress: { done, total } }: ShownChangeSet): string {
  if (status === 'checking' && kind === 'transfer') return 'It is being worked out who can be transferred.'
  if (status === 'checking')
    return kind === 'undo'
      ? 'It is being worked out what would go back.'
      : 'It is being worked out what would change.'
  return `${number(done)} of ${count(total, 'row')} done`
}
