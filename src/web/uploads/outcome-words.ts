import type { ChangeResult } from '../../changes/change.ts'
import type { Upload } from '../../uploads/upload.ts'
import { count } from '../filters.ts'

/** A row's result as its tag. */
export const RESULT_TAGS: Record<ChangeResult, { text: string; colour: string }> = {
  updated: { text: 'Updated', colour: 'green' },
  created: { text: 'Created', colour: 'green' },
  withdrawn: { text: 'Withdrawn', colour: 'green' },
  unchanged: { text: 'No change', colour: 'grey' },
  kept: { text: 'Kept', colour: 'grey' },
  skipped: { text: 'Skipped', colour: 'yellow' },
  failed: { text: 'Failed', colour: 'red' },
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
