/** A change set's statuses and the moves between them: the one table. */

export const STATUSES = [
  'checking',
  'rejected',
  'checked',
  'queued',
  'applying',
  'completed',
  'cancelled',
  'failed',
] as const

export type Status = (typeof STATUSES)[number]

/** From each status, where it may go. A status without moves is the end. */
export const MOVES: Record<Status, readonly Status[]> = {
  checking: ['checked', 'rejected', 'cancelled', 'failed'],
  checked: ['queued', 'cancelled'],
  queued: ['applying', 'cancelled', 'failed'],
  applying: ['completed', 'cancelled', 'failed'],
  rejected: [],
  completed: [],
  cancelled: [],
  failed: [],
}

export type ChangeAction = 'update' | 'create' | 'unchanged' | 'possible-duplicate' | 'error'

export type ChangeResult = 'updated' | 'created' | 'unchanged' | 'skipped' | 'failed'

/**
 * How many rows of a plan do what. `fields` and `clears` count the rows that change and empty each field, `problems`
 * the rows with an error of each code.
 */
export type Counts = {
  rows: number
  update: number
  create: number
  unchanged: number
  possibleDuplicate: number
  error: number
  fields: Record<string, number>
  clears: Record<string, number>
  problems: Record<string, number>
}

export type ResultCounts = Record<ChangeResult, number>
