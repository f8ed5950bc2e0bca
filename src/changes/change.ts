import { raw, type Sql } from 'sql-template-tag'
import { FIELD_NAMES, type FieldValue } from '../directory/fields.ts'
import { IS_ENDED } from './status.ts'

/** What is written: fields of an account that is there, or a new account. */
type Writes = 'fields' | 'account'

/**
 * What a change may do. `outcome`: what became of it once the mark has passed it and nothing unforeseen happened. What
 * has `decisions` is left out until a person takes one of them.
 */
const ACTIONS: Record<
  ActionName,
  { writes: Writes | null; outcome: ChangeResult; decisions?: Partial<Record<Decision, Writes>> }
> = {
  update: { writes: 'fields', outcome: 'updated' },
  withdraw: { writes: 'fields', outcome: 'withdrawn' },
  remove: { writes: 'fields', outcome: 'removed' },
  create: { writes: 'account', outcome: 'created' },
  unchanged: { writes: null, outcome: 'unchanged' },
  kept: { writes: null, outcome: 'kept' },
  'possible-duplicate': {
    writes: null,
    outcome: 'skipped',
    decisions: { create: 'account', update: 'fields' },
  },
  'different-person': { writes: null, outcome: 'skipped', decisions: { 'same-person': 'fields' } },
  conflict: { writes: null, outcome: 'skipped', decisions: { 'use-file': 'fields', update: 'fields' } },
  'not-accepted': { writes: null, outcome: 'skipped' },
  error: { writes: null, outcome: 'failed' },
}

type ActionName =
  | 'update'
  | 'withdraw'
  | 'remove'
  | 'create'
  | 'unchanged'
  | 'kept'
  | 'possible-duplicate'
  | 'different-person'
  | 'conflict'
  | 'not-accepted'
  | 'error'

export type ChangeAction = ActionName

export const CHANGE_ACTIONS = Object.keys(ACTIONS) as [ChangeAction, ...ChangeAction[]]

/**
 * What a person may say of a row that is left out otherwise. `update` is the row's second plan: the account that a
 * possible duplicate looks like, or of a conflict only what nobody else has changed.
 */
export const DECISIONS = ['create', 'update', 'same-person', 'use-file', 'leave-out'] as const

export type Decision = (typeof DECISIONS)[number]

/** The actions of rows that are left out until a person decides. */
export const DECIDABLE = CHANGE_ACTIONS.filter((action) => ACTIONS[action].decisions !== undefined)

/** What can be decided of a row with this action, where it can be at all. */
export function choicesOf(action: ChangeAction): Decision[] {
  const { decisions } = ACTIONS[action]
  return decisions === undefined
    ? []
    : DECISIONS.filter((one) => one === 'leave-out' || decisions[one] !== undefined)
}

/** The actions of which this can be decided. */
export function decidableAs(decision: Decision): ChangeAction[] {
  return DECIDABLE.filter(
    (action) => decision === 'leave-out' || ACTIONS[action].decisions?.[decision] !== undefined,
  )
}

export const RESULTS = [
  'updated',
  'created',
  'withdrawn',
  'removed',
  'unchanged',
  'kept',
  'skipped',
  'failed',
] as const

export type ChangeResult = (typeof RESULTS)[number]

export type ResultCounts = Record<ChangeResult, number>

const WRITTEN: readonly ChangeResult[] = ['updated', 'created', 'withdrawn', 'removed']

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
  /** The row of the same set that is about the same person, it seems. */
  similarRow?: number
  /** Another plan of the row, which stands in place of this one once a person chooses it. */
  alternative?: Alternative
  /** The kinds of damage that the alternative repairs: it is chosen by accepting them all. */
  repairs?: readonly string[]
  /** The other organisation, where the account moves from one to the other. */
  counterpartId?: number
}

/**
 * What of a planned change differs in its second plan. Where that is chosen by a decision, the action is the same: it is
 * what the decision is about.
 */
export type Alternative = Pick<
  PlannedChange,
  'action' | 'accountId' | 'accountVersion' | 'localIdKey' | 'formerLocalIdKey' | 'before' | 'after'
> & {
  /** Where they are others than those of the change. */
  problems?: PlannedChange['problems']
}

// The same in SQL, of a change `c` and its set `s`.

/** It makes an account. */
export const CREATES: Sql = raw(thatWrites('account'))

/** It writes fields of an account that is there. */
export const WRITES_FIELDS: Sql = raw(thatWrites('fields'))

/** It is left out, unless a person decides otherwise. */
export const IS_DECIDABLE: Sql = raw(isOne('c.action', DECIDABLE))

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
  when c.action not in ('create', 'possible-duplicate') or c.decision = 'update' then c.account_id
  when ${OUTCOME.sql} = 'created' then c.account_id
  when ${OUTCOME.sql} = 'unchanged' then c.similar_account_id
  end`)

const PLACES = new Map<string, number>(FIELD_NAMES.map((field, at) => [field, at]))

/** The fields in the order in which people know them; the database keeps none. */
export function fieldsInOrder(values: FieldValues): [field: string, value: FieldValue][] {
  const place = (field: string) => PLACES.get(field) ?? PLACES.size
  return Object.entries(values).sort(([one], [other]) => place(one) - place(other))
}

/** What a change writes, as people are told of it: a removal empties every field, whose values are told nowhere. */
export function toldFields({
  action,
  after,
}: {
  action: ChangeAction
  after: FieldValues | null
}): [field: string, value: FieldValue][] {
  const fields = fieldsInOrder(after ?? {})
  return action === 'remove' ? fields.filter(([field]) => field === 'status') : fields
}

function outcomeByAction(): string {
  const cases = CHANGE_ACTIONS.map((action) => {
    const { outcome, decisions = {} } = ACTIONS[action]
    const decided = Object.entries(decisions).map(
      ([decision, writes]) => `when '${decision}' then '${writes === 'account' ? 'created' : 'updated'}'`,
    )
    if (decided.length === 0) return `when '${action}' then '${outcome}'`
    return `when '${action}' then case c.decision ${decided.join(' ')} else '${outcome}' end`
  })
  return `case c.action ${cases.join(' ')} end`
}

/** By its action alone, or by what was decided. */
function thatWrites(writes: Writes): string {
  const always = CHANGE_ACTIONS.filter((action) => ACTIONS[action].writes === writes)
  const decided = DECIDABLE.flatMap((action) =>
    Object.entries(ACTIONS[action].decisions ?? {}).flatMap(([decision, what]) =>
      what === writes ? [` or c.action = '${action}' and c.decision = '${decision}'`] : [],
    ),
  )
  return `(${isOne('c.action', always)}${decided.join('')})`
}

function isOne(column: string, words: readonly string[]): string {
  return `${column} in (${words.map((word) => `'${word}'`).join(', ')})`
}
