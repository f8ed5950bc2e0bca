import type { Action } from '../access/permissions.ts'
import type { FieldName } from '../directory/fields.ts'
import type { ResultCounts } from './change.ts'
import type { Kind } from './kinds.ts'
import type { BeyondLimit } from './plan/judge-plan.ts'
import type { Status } from './status.ts'

/**
 * Another person's yes that a plan needs, of somebody of this organisation: since it goes beyond limits, or since the
 * accounts are theirs and whoever confirms it has no rights there.
 */
export type Need = { organisationId: number; agreedBy?: number; agreedAt?: string } & (
  | { for: 'risk'; limits: BeyondLimit[] }
  | { for: 'other-side'; chosen?: Chosen }
)

/** What the organisation that takes people chose for them when it agreed. */
export type Chosen = {
  site: string | null
  organisationalUnit: string | null
  /** How many got another local ID than was proposed. */
  localIds: number
}

/** A change set as the engine needs it. */
export type ChangeSet = {
  id: number
  kind: Kind
  status: Status
  organisationId: number
  /** The second organisation that it touches. */
  counterpartId: number | null
  /** The set that it takes back. */
  undoesId: number | null
  /** What one must be allowed to make, confirm, stop it and to take it back, where that isn't what its kind asks for. */
  permission: Action | null
  confirmedBy: number | null
  cancelledBy: number | null
  firstRow: number
  lastRow: number
  /** Rows up to it are applied. */
  mark: number
  results: Partial<ResultCounts>
  /** All that its changes write. */
  fields: FieldName[]
  /** Whose yes it needs besides the one of whoever confirmed it, and has. */
  needs: Need[]
  /** Of the plan that they are asked about. */
  planHash: string | null
  askedAt: Date | null
  expiresAt: Date | null
}

/** Its organisations in the order of their IDs, in which whoever wants several locks them. */
export function organisationsOf(set: Pick<ChangeSet, 'organisationId' | 'counterpartId'>): number[] {
  const { organisationId, counterpartId } = set
  return counterpartId === null || counterpartId === organisationId
    ? [organisationId]
    : [organisationId, counterpartId].sort((one, other) => one - other)
}

/** The row that an apply takes next; past the last one when all are applied. */
export function nextRowOf({ firstRow, mark }: Pick<ChangeSet, 'firstRow' | 'mark'>): number {
  return Math.max(firstRow, mark + 1)
}

/** @returns the share of its rows that are applied, from 0 to 1 */
export function shareApplied(set: Pick<ChangeSet, 'firstRow' | 'lastRow' | 'mark'>): number {
  const rows = set.lastRow - set.firstRow + 1
  return rows > 0 ? (nextRowOf(set) - set.firstRow) / rows : 0
}

/**
 * How many rows of a plan do what. `fields` and `clears` count the rows that change and empty each field, `problems`
 * and `warnings` the rows with an error and with a warning of each code, `repairs` those with damage of each kind that can
 * be repaired.
 */
export type Counts = {
  rows: number
  update: number
  create: number
  withdraw: number
  remove: number
  unchanged: number
  kept: number
  possibleDuplicate: number
  differentPerson: number
  conflict: number
  error: number
  /** Rows that the other organisation didn’t accept. */
  notAccepted: number
  /** Rows with a warning, whatever becomes of them. */
  warned: number
  fields: Record<string, number>
  clears: Record<string, number>
  problems: Record<string, number>
  warnings: Record<string, number>
  repairs: Record<string, number>
}

/** Those of a plan that isn't made yet, or was made before some of them were counted. */
export const NO_COUNTS: Counts = {
  ...{ rows: 0, update: 0, create: 0, withdraw: 0, remove: 0, unchanged: 0, kept: 0 },
  ...{ possibleDuplicate: 0, differentPerson: 0, conflict: 0, error: 0, notAccepted: 0, warned: 0 },
  ...{ fields: {}, clears: {}, problems: {}, warnings: {}, repairs: {} },
}
