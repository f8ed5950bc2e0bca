import type { Mode } from '../../changes/plan/wanted.ts'
import type { Status } from '../../changes/status.ts'
import type { UploadSummary } from '../../uploads/upload.ts'
import { count, number } from '../../words.ts'
import { isEmptyPlan } from './plan-words.ts'

/** A status as a tag. A plan that changes nothing waits for nobody. */
export function tagOf(upload: UploadSummary): { text: string; colour: string } {
  return isEmptyPlan(upload) ? { text: 'Nothing to change', colour: 'grey' } : STATUS_TAGS[upload.status]
}

const STATUS_TAGS: Record<Status, { text: string; colour: string }> = {
  checking: { text: 'Being checked', colour: 'blue' },
  rejected: { text: 'Could not be used', colour: 'red' },
  checked: { text: 'Waiting for confirmation', colour: 'yellow' },
  'awaiting-agreement': { text: 'Waiting for agreement', colour: 'yellow' },
  queued: { text: 'Waiting to start', colour: 'blue' },
  applying: { text: 'Being applied', colour: 'blue' },
  completed: { text: 'Completed', colour: 'green' },
  cancelled: { text: 'Cancelled', colour: 'grey' },
  failed: { text: 'Failed', colour: 'red' },
  expired: { text: 'Not agreed in time', colour: 'grey' },
}

/** What the file may do, as the form that sends it says. */
export const MODE_WORDS: Record<Mode, string> = {
  update: 'Update existing accounts only',
  create: 'Create new accounts only',
  both: 'Update existing accounts and create new ones',
}

/** The upload in numbers, in a few words: what it would do, or what it did. */
export function countWords({ status, counts, results, confirmedAt }: UploadSummary): string {
  if (status === 'checking' || status === 'rejected') return ''
  const parts = hasOutcomes(status, confirmedAt)
    ? [
        [results.updated, 'updated'],
        [results.created, 'created'],
        [results.unchanged, 'no change'],
        [results.skipped, 'skipped'],
        [results.failed, 'failed'],
      ]
    : [
        [counts.update, 'to update'],
        [counts.create, 'to create'],
        [
          counts.possibleDuplicate,
          counts.possibleDuplicate === 1 ? 'possible duplicate' : 'possible duplicates',
        ],
        [counts.differentPerson, counts.differentPerson === 1 ? 'different person' : 'different people'],
        [counts.conflict, counts.conflict === 1 ? 'conflict' : 'conflicts'],
        [counts.unchanged, 'no change'],
        [counts.error, counts.error === 1 ? 'error' : 'errors'],
      ]
  return (parts as [number, string][])
    .filter(([value]) => value > 0)
    .map(([value, words]) => `${number(value)} ${words}`)
    .join(', ')
}

/** How far it has come, in words: the page and what it polls say the same. */
export function progressWords({ status, progress: { done, total } }: UploadSummary): string {
  if (status === 'queued') return `0 of ${count(total, 'row')} done`
  if (status !== 'checking') return `${number(done)} of ${count(total, 'row')} done`
  return total === 0
    ? 'The check is about to begin'
    : `${number(done)} of about ${count(total, 'row')} checked`
}

function hasOutcomes(status: Status, confirmedAt: Date | null): boolean {
  return status === 'completed' || status === 'applying' || (confirmedAt !== null && status !== 'queued')
}
