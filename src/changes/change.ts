import { raw, type Sql } from 'sql-template-tag'
import { FIELD_NAMES, type FieldValue } from '../directory/fields.ts'
import { IS_ENDED } from './status.ts'

/**
 * What a change may do. `writes`: fields of an account that is there, or a new account. `outcome`: what became of it
 * once the mark has passed it and nothing unforeseen happened.
 */
const ACTIONS = {
  update: { writes: 'fields', outcome: 'updated' },
  withdraw: { writes: 'fields', outcome: 'withdrawn' },
  create: { writes: 'account', outcome: 'created' },
  unchanged: { writes: null, outcome: 'unchanged' },
  kept: { writes: null, outcome: 'kept' },
  'possible-duplicate': { writes: null, outcome: 'skipped' },
  error: { writes: null, outcome: 'failed' },
} as const

export type ChangeAction = keyof typeof ACTIONS

export const CHANGE_ACTIONS = Object.keys(ACTIONS) as [ChangeAction, ...ChangeAction[]]

/** What was chosen for a possible duplicate; it is left out until something is. */
export type Decision = 'create' | 'leave-out'

export const RESULTS = ['updated', 'created', 'withdrawn', 'unchanged', 'kept', 'skipped', 'failed'] as const

export type ChangeResult = (typeof RESULTS)[number]

export type ResultCounts = Record<ChangeResult, number>

const WRITTEN: readonly ChangeResult[] = ['updated', 'created', 'withdrawn']

/** Whether something was written to the account: such a change is its history. */
export function wasWritten(result: ChangeResult | null): boolean {
  return result !== null && WRITTEN.includes(result)
}

/** Field names and their values; only the fields that change. */
export type FieldValues = Record<string, FieldValue>

/**
 * One row of a change set as it is planned. Written once and then never rewritten: once applied, it is the account's
 * history.
 */
export type PlannedChange = {
  row: number
  action: ChangeAction
  /** For a row that creates: the ID set aside for the new account. */
  accountId: number | null
  /** The account's version when the change was planned. */
  accountVersion: number | null
  localId: string | null
  /** The folded local ID, only where the row would take it: for a new account, or a changed local ID. */
  localIdKey: string | null
  /** The key that the account gives up where its local ID changes. */
  formerLocalIdKey: string | null
  before: FieldValues | null
  after: FieldValues | null
  /** What is wrong with the row, as its planner describes it: stored and shown, never interpreted here. */
  problems: readonly object[]
  similarAccountId: number | null
  /** The other organisation, where the account moves from one to the other. */
  counterpartId?: number
}

// The same in SQL, of a change `c` and its set `s`.

/** It makes an account. */
export const CREATES: Sql = raw(
  `(${isOne('c.action', actionsThat('account'))} or c.action = 'possible-duplicate' and c.decision = 'create')`,
)

/** It writes fields of an account that is there. */
export const WRITES_FIELDS: Sql = raw(isOne('c.action', actionsThat('fields')))

/** The outcome of a row that the apply has reached. */
export const REACHED_OUTCOME: Sql = raw(`coalesce(c.result, ${outcomeByAction()})`)

/** A row's outcome, where it has one; of a row that the set never reached, that it was left out. */
export const OUTCOME: Sql = raw(`coalesce(c.result, case
  when c.row_number <= s.mark then ${outcomeByAction()}
  when ${IS_ENDED.sql} then case when c.action = 'error' then 'failed' else 'skipped' end
  end)`)

/** Of a row that the apply has reached: it was written. */
export const WAS_WRITTEN: Sql = raw(
  `(c.result is null and (${WRITES_FIELDS.sql} or ${CREATES.sql}) or ${isOne('c.result', WRITTEN)})`,
)

/** Of a row of an ended set: it was written, so it is history and stays. */
export const IS_HISTORY: Sql = raw(`coalesce(${isOne(OUTCOME.sql, WRITTEN)}, false)`)

/** The version of the account that a written change made. */
export const WRITTEN_VERSION: Sql = raw('coalesce(c.written_version, c.account_version + 1, 1)')

/** The account that a row has reached: the one it updates, made, or found in the place of the one it would make. */
export const REACHED_ACCOUNT: Sql = raw(`case
  when c.action not in ('create', 'possible-duplicate') then c.account_id
  when ${OUTCOME.sql} = 'created' then c.account_id
  when ${OUTCOME.sql} = 'unchanged' then c.similar_account_id
  end`)

const PLACES = new Map<string, number>(FIELD_NAMES.map((field, at) => [field, at]))

/** The fields in the order in which people know them; the database keeps none. */
export function fieldsInOrder(values: FieldValues): [field: string, value: FieldValue][] {
  const place = (field: string) => PLACES.get(field) ?? PLACES.size
  return Object.entries(values).sort(([one], [other]) => place(one) - place(other))
}

function outcomeByAction(): string {
  const cases = Object.entries(ACTIONS).map(([action, { outcome }]) =>
    action === 'possible-duplicate'
      ? `when '${action}' then case c.decision when 'create' then 'created' else '${outcome}' end`
      : `when '${action}' then '${outcome}'`,
  )
  return `case c.action ${cases.join(' ')} end`
}

function actionsThat(writes: 'fields' | 'account'): string[] {
  return Object.entries(ACTIONS).flatMap(([action, rules]) => (rules.writes === writes ? [action] : []))
}

function isOne(column: string, words: readonly string[]): string {
  return `${column} in (${words.map((word) => `'${word}'`).join(', ')})`
}
