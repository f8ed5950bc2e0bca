import { raw, type Sql } from 'sql-template-tag'

/**
 * A change set's statuses, and from each of them where it may go: the one table. What was rejected has ended, until
 * somebody has it checked again.
 * What a move causes is said in `move.ts`.
 */
export const MOVES = {
  checking: ['checked', 'rejected', 'cancelled', 'failed'],
  rejected: ['checking'],
  checked: ['queued', 'awaiting-agreement', 'cancelled', 'checking'],
  'awaiting-agreement': ['queued', 'checked', 'cancelled', 'expired'],
  queued: ['applying', 'cancelled', 'failed'],
  applying: ['completed', 'cancelled', 'failed'],
  completed: [],
  cancelled: [],
  failed: [],
  expired: [],
} as const satisfies Record<string, readonly string[]>

export type Status = keyof typeof MOVES

export const STATUSES = Object.keys(MOVES) as [Status, ...Status[]]

/** Whether nothing becomes of the set any more: what it applied is all that it will. */
export function isEnded(status: Status): boolean {
  return status === 'rejected' || MOVES[status].length === 0
}

/** The same of the set `s` in SQL. */
export const IS_ENDED: Sql = isOneOf(STATUSES.filter(isEnded))

/** That it hasn't; named by the statuses, as an index is. */
export const IS_UNDER_WAY: Sql = isOneOf(STATUSES.filter((status) => !isEnded(status)))

/** From which statuses a set may come to this one. */
export function comingTo(to: Status): Status[] {
  return STATUSES.filter((from) => (MOVES[from] as readonly Status[]).includes(to))
}

function isOneOf(statuses: readonly Status[]): Sql {
  return raw(`s.status in (${statuses.map((status) => `'${status}'`).join(', ')})`)
}
