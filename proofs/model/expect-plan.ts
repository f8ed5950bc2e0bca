import { keyOf, type Row } from './plan.ts'
import { type Account, hasLeft, isSame, isTaken, isUnlisted, type State, type Values } from './state.ts'

/** What becomes of an account by an action: what its statuses come to, and from which ones nothing can. */
const STATUS_ACTIONS: Record<string, { to: string; refused: readonly string[] }> = {
  disable: { to: 'Disabled', refused: ['Leaver', 'Deleted'] },
  enable: { to: 'Active', refused: ['Leaver', 'Deleted'] },
  leaver: { to: 'Leaver', refused: ['Deleted'] },
  restore: { to: 'Active', refused: ['Pending', 'Disabled'] },
  delete: { to: 'Deleted', refused: [] },
}

export const ACTION_NAMES = Object.keys(STATUS_ACTIONS)

const DAY_MS = 24 * 3_600_000

/** After so many days a deleted account can't be restored. */
const RESTORABLE_DAYS = 30

/** What a bulk action would do to the accounts that were named, each by its place among them. */
export function planAction(
  state: State,
  organisation: string,
  named: readonly (number | null)[],
  deed: { action: string; field?: string; value?: unknown },
): Row[] {
  return named.map((id, at): Row => {
    const account = found(state, organisation, id)
    if (!account) return { row: at + 1, id: null, action: 'error', version: null, before: {}, after: {} }
    const { to, refused } = STATUS_ACTIONS[deed.action] ?? { to: deed.value, refused: ['Leaver', 'Deleted'] }
    const status = account.values.status as string
    const isTooLate =
      deed.action === 'restore' &&
      status === 'Deleted' &&
      account.since !== null &&
      account.since < Date.now() - RESTORABLE_DAYS * DAY_MS
    if (isTooLate || refused.includes(status)) return row(at, id, account, 'error')
    return row(at, id, account, 'update', { [deed.field ?? 'status']: to })
  })
}

export type Places = { site: string | null; organisationalUnit: string | null }

/** Where people are to go, with the local IDs that somebody typed for some of them. */
export type Going = Places & { from: string; to: string; typed: ReadonlyMap<number, string> }

/**
 * What a transfer would do. To another organisation people go without their site and unit, with their local ID if it is
 * free there, else with one that is made of it and of where they come from.
 */
export function planTransfer(state: State, named: readonly (number | null)[], going: Going): Row[] {
  const { from, to, typed } = going
  const isAway = from !== to
  const wished = named.map((id) => {
    const account = found(state, from, id)
    if (!account || !isAway) return { account, localId: account?.values.localId ?? null, isTaken: false }
    const own = typed.get(id as number) ?? account.values.localId
    if (!isTaken(state, null, to, wishedKey(account, typed.get(id as number))))
      return { account, localId: own, isTaken: false }
    const proposed = typed.has(id as number) ? undefined : proposal(state, account, from, to)
    return { account, localId: proposed ?? own, isTaken: proposed === undefined }
  })
  const sharing = (localId: unknown) =>
    wished.filter(
      ({ account, localId: other }) => account && !hasLeft(account) && keyOf(other) === keyOf(localId),
    ).length
  return wished.map(({ account, localId, isTaken: isRefused }, at): Row => {
    const id = named[at] as number
    if (!account) return { row: at + 1, id: null, action: 'error', version: null, before: {}, after: {} }
    if (hasLeft(account) || isRefused || (localId !== null && sharing(localId) > 1))
      return row(at, id, account, 'error')
    const { site, organisationalUnit } = account.values
    const places = isAway
      ? { organisation: to, site: going.site, organisationalUnit: going.organisationalUnit }
      : { site: going.site ?? site, organisationalUnit: going.organisationalUnit ?? organisationalUnit }
    return row(
      at,
      id,
      account,
      'update',
      { ...places, localId },
      isAway ? PLACE_FIELDS : PLACE_FIELDS.slice(1),
    )
  })
}

/** What goes with somebody from one organisation to another, changed or not. */
export const PLACE_FIELDS = ['organisation', 'site', 'organisationalUnit', 'localId']

function wishedKey({ values }: Account, typed: string | undefined): unknown {
  return typed === undefined ? values.localIdKey : keyOf(typed)
}

function proposal(state: State, { values }: Account, from: string, to: string): string | undefined {
  for (let number = 1; number <= 20; number++) {
    const suffix = `-${from}${number > 1 ? `-${number}` : ''}`
    const key = `${values.localIdKey}${suffix.toLowerCase()}`
    const text = `${values.localId}${suffix}`
    if ([...text].length <= 64 && ![from, to].some((code) => isTaken(state, null, code, key))) return text
  }
  return undefined
}

/** What the portal does by itself, in this order. */
export const STEP_NAMES = ['start', 'delete', 'remove'] as const

/**
 * What the days bring: who is pending and begins today or began before is active, whoever has been a leaver for so long is
 * deleted, whoever has been deleted for so long removed.
 */
export function planStep(
  state: State,
  organisation: string,
  step: (typeof STEP_NAMES)[number],
  today: Date,
): Row[] {
  const from = { start: 'Pending', delete: 'Leaver', remove: 'Deleted' }[step]
  const isDue = ({ since, values }: Account) =>
    step === 'start'
      ? values.startsOn !== null && String(values.startsOn) <= DAY.format(today)
      : since !== null && since < today.getTime() - RESTORABLE_DAYS * DAY_MS
  const due = [...state].filter(
    ([, account]) =>
      account.values.organisation === organisation && account.values.status === from && isDue(account),
  )
  const to = { start: 'Active', delete: 'Deleted', remove: 'Removed' }[step]
  return due.map(([id, account], at) => {
    const change = row(at, id, account, 'update', { status: to })
    return step === 'remove' ? { ...change, action: 'remove' } : change
  })
}

const DAY = new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/London', dateStyle: 'short' })

/** What an edit of some values of some accounts would do. */
export function planEdit(state: State, wanted: ReadonlyMap<number, Values>): Row[] {
  return [...wanted].map(([id, values], at) => row(at, id, state.get(id) as Account, 'update', values))
}

function found(state: State, organisation: string, id: number | null): Account | undefined {
  const account = id === null ? undefined : state.get(id)
  return account && account.values.organisation === organisation && !isUnlisted(account) ? account : undefined
}

/** @param always fields that are noted as they are, changed or not, where anything is */
function row(
  at: number,
  id: number | null,
  account: Account,
  action: 'update' | 'error',
  wanted: Values = {},
  always: readonly string[] = [],
): Row {
  const { version, values } = account
  const differing = Object.keys(wanted).filter((field) => !isSame(wanted[field], values[field]))
  const told = differing.length === 0 ? [] : [...new Set([...differing, ...always])]
  const pick = (names: readonly string[], of: Values) =>
    Object.fromEntries(names.map((name) => [name, of[name]]))
  return {
    ...{ row: at + 1, id, version },
    action: action === 'update' && differing.length === 0 ? 'unchanged' : action,
    before: pick(told, values),
    after: pick(differing, wanted),
  }
}
