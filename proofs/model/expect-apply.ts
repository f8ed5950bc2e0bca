import { PERSON_FIELDS } from '../../src/directory/fields.ts'
import { keyOf, type Plan, type Row } from './plan.ts'
import { type Account, hasLeft, isSame, isTaken, type State, type Values, written } from './state.ts'

/** How a plan was found, agreed to and stopped, and by whom it was confirmed. */
export type Applying = { found: State; by: number; upTo?: number; leftOut?: ReadonlySet<number> }

export type Come = {
  state: State
  /** What became of each row. */
  outcomes: Map<number, string>
}

/**
 * What a plan comes to, applied to the directory as it is by then: each field that still holds the old value is written,
 * one that holds the new one already is left, and anything else fails the row; to another organisation somebody goes
 * whole or not at all; an account is removed only as it was.
 */
export function expectApply(plan: Plan, { found, by, upTo = Infinity, leftOut }: Applying): Come {
  const come: Come = { state: new Map(found), outcomes: new Map() }
  for (const row of plan.rows) {
    const isReached = row.row <= upTo && !leftOut?.has(row.row)
    come.outcomes.set(row.row, isReached ? applyRow(plan, row, come.state, by) : unreached(row))
  }
  return come
}

function unreached({ action }: Row): string {
  return action === 'error' ? 'failed' : 'skipped'
}

const OUTCOMES: Record<string, string> = { unchanged: 'unchanged', error: 'failed', kept: 'kept' }

function applyRow(plan: Plan, row: Row, state: State, by: number): string {
  if (row.action === 'create') return create(plan, row, state, by)
  if (row.action !== 'update' && row.action !== 'remove') return OUTCOMES[row.action] ?? 'skipped'
  const now = state.get(row.id as number)
  if (!now || isUnreachable(plan, now) || (hasLeft(now) && !reachesLeft(plan))) return 'failed'
  if (row.action === 'remove') {
    if (now.version !== row.version) return 'kept'
    state.set(row.id as number, removed(now, by))
    return 'removed'
  }
  const open = Object.keys(row.after).filter((field) => !isSame(now.values[field], row.after[field]))
  if (open.length === 0) return 'unchanged'
  const judged = 'organisation' in row.after ? Object.keys({ ...row.before, ...row.after }) : open
  const keeps = plan.kind === 'lifecycle'
  if (judged.some((field) => !isSame(now.values[field], row.before[field]))) return keeps ? 'kept' : 'failed'
  const values: Values = Object.fromEntries(open.map((field) => [field, row.after[field]]))
  if ('localId' in values) values.localIdKey = keyOf(values.localId)
  const key = 'localId' in values ? values.localIdKey : now.values.localIdKey
  const isNew = 'localId' in values || 'organisation' in values
  if (isNew && isTaken(state, row.id, values.organisation ?? now.values.organisation, key)) return 'failed'
  state.set(row.id as number, written(now, values, by))
  return 'updated'
}

function isUnreachable({ homes }: Plan, { values }: Account): boolean {
  return !homes.includes(values.organisation as string) || values.status === 'Removed'
}

/** Of people who have left or were deleted, the status may be changed, and whatever an edit or the portal itself changes. */
function reachesLeft({ kind, rows }: Plan): boolean {
  if (kind === 'action') return rows.some(({ after }) => 'status' in after)
  return kind === 'edit' || kind === 'lifecycle'
}

function create({ homes: [organisation] }: Plan, { id, after }: Row, state: State, by: number): string {
  const taker = [...state.values()].find(
    ({ values }) => values.organisation === organisation && keyOf(values.localId) === keyOf(after.localId),
  )
  const { emailAddress: _address, localId: _localId, ...said } = after
  if (taker)
    return Object.entries(said).every(([field, value]) => isSame(taker.values[field], value))
      ? 'unchanged'
      : 'failed'
  const nothing = Object.fromEntries(
    PERSON_FIELDS.map((field) => [field, field.startsWith('hide') ? false : null]),
  )
  const values = { ...nothing, aliases: null, mailbox_type: 'User', status: 'Active', organisation, ...after }
  const account = { version: 1, by, at: '', wasWritten: true as const, since: null }
  state.set(id as number, { ...account, values: { ...values, localIdKey: keyOf(after.localId) } })
  return 'created'
}

function removed(account: Account, by: number): Account {
  const { mailbox_type, organisation } = account.values
  const nothing = Object.fromEntries(
    PERSON_FIELDS.map((field) => [field, field.startsWith('hide') ? false : null]),
  )
  const gone = { ...nothing, localIdKey: null, emailAddress: null, aliases: null }
  return written(account, { ...gone, mailbox_type, organisation, status: 'Removed' }, by)
}
