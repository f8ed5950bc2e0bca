import type { Selection } from '../../src/changes/history/store-undo.ts'
import { FIELD_NAMES, labelOf } from '../../src/directory/fields.ts'
import { type Account, isSame, isTaken, type State, type Values, written } from './state.ts'

/** A set as its apply found and left the directory, and which row was about which account. */
export type Applied = {
  before: State
  after: State
  rows: ReadonlyMap<number, number>
  /** The codes of its organisations: what it can reach. */
  homes: readonly string[]
  /** What goes with somebody who moves, changed or not. */
  along: readonly string[]
}

/** How an undo was planned, found, agreed to and stopped. */
export type Undoing = {
  planned: State
  found: State
  /** The last row that was applied. */
  upTo?: number
  /** Rows that the other side didn't accept. */
  leftOut?: ReadonlySet<number>
  by: number
}

export type Expected = {
  state: State
  /** Of each account that isn't wholly taken back, the labels of what is kept; null for the account as a whole. */
  kept: Map<number, (string | null)[]>
  /** Accounts that can't be written: their local ID or address is somebody else's by now, or they are elsewhere. */
  failed: Set<number>
  /** The rows that would write something, and those that would end an account. */
  writes: Set<number>
}

/**
 * What an undo is to come to, by a model that knows states only: a field that is as the set left it goes back, one that
 * is otherwise is kept; an account that the set made is withdrawn if nobody has written it since; one that it moved to
 * another organisation goes back whole, or stays.
 */
export function expectUndo(set: Applied, undoing: Undoing, selection: Selection): Expected {
  const { before, after, rows, homes } = set
  const { planned, found, upTo = Infinity, leftOut, by } = undoing
  const expected: Expected = { state: new Map(found), kept: new Map(), failed: new Set(), writes: new Set() }
  for (const [row, id] of rows) {
    const [was, left] = [before.get(id), after.get(id)]
    const [then, now] = [planned, found].map((state) => inReach(state.get(id), homes))
    if (!left || (selection.rows && !selection.rows.includes(row))) continue
    const isReached = row <= upTo && !leftOut?.has(row)
    if (was) {
      takeBackFields(
        expected,
        { ...{ row, id, was, left, then, now, isReached, planned, found, by }, set },
        selection,
      )
    } else if (!selection.fields && !then) expected.kept.set(id, [null])
    else if (!selection.fields && then && !isWithdrawn(then)) {
      if (then.version !== left.version) {
        expected.kept.set(id, [null])
        continue
      }
      expected.writes.add(row)
      if (!isReached) continue
      if (!now || now.values.status === 'Removed') expected.failed.add(id)
      else if (now.version !== then.version) expected.kept.set(id, [])
      else expected.state.set(id, written(now, WITHDRAWN, by))
    }
  }
  return expected
}

const WITHDRAWN = { status: 'Withdrawn', localId: null, localIdKey: null, emailAddress: null, aliases: null }

function inReach(account: Account | undefined, homes: readonly string[]): Account | undefined {
  return account && homes.includes(account.values.organisation as string) ? account : undefined
}

type One = {
  row: number
  id: number
  was: Account
  left: Account
  then: Account | undefined
  now: Account | undefined
  isReached: boolean
  planned: State
  found: State
  by: number
  set: Applied
}

function takeBackFields(expected: Expected, one: One, selection: Selection): void {
  const { row, id, was, left, then, now, isReached, set, by } = one
  const moves = was.values.organisation !== left.values.organisation
  const isChanged = (field: string) => !isSame(was.values[field], left.values[field])
  const changed = FIELD_NAMES.filter(
    (field) =>
      (isChanged(field) || (moves && set.along.includes(field))) &&
      (!selection.fields || selection.fields.includes(field)),
  )
  // What makes an account withdrawn goes back as a whole or not at all.
  if (changed.length === 0 || (isWithdrawn(left) && selection.fields)) return
  if (!then || (isWithdrawn(then) && !isWithdrawn(left))) {
    expected.kept.set(id, [null])
    return
  }
  const isAsLeft = (field: string) => isSame(then.values[field], left.values[field])
  const isBack = (field: string) => isSame(then.values[field], was.values[field])
  const isFree = (field: string) =>
    field !== 'localId' || !isTaken(one.planned, id, was.values.organisation, was.values.localIdKey)
  const goes = changed.filter((field) => isChanged(field) && isAsLeft(field) && isFree(field))
  const kept = changed.filter((field) => (isAsLeft(field) ? !isFree(field) : !isBack(field)))
  if (kept.length > 0) expected.kept.set(id, kept.map(labelOf))
  if (((isWithdrawn(left) || moves) && kept.length > 0) || goes.length === 0) return
  expected.writes.add(row)
  if (!isReached) return
  if (!now || now.values.status === 'Removed') {
    expected.failed.add(id)
    return
  }
  const goesHome = goes.includes('organisation')
  const isOpen = (field: string) => isSame(now.values[field], then.values[field])
  const late = (goesHome ? changed : goes).filter(
    (field) => !isOpen(field) && (goesHome || !isSame(now.values[field], was.values[field])),
  )
  const isThere = goesHome && goes.every((field) => isSame(now.values[field], was.values[field]))
  const all = goesHome && late.length > 0 ? [] : goes.filter(isOpen)
  if (cantHave(one, now, all)) {
    expected.failed.add(id)
    return
  }
  if (late.length > 0 && !isThere) expected.kept.set(id, [...kept, ...late].map(labelOf))
  if (all.length === 0) return
  const values: Values = Object.fromEntries(all.map((field) => [field, was.values[field]]))
  if (all.includes('localId')) values.localIdKey = was.values.localIdKey
  // An address that is the account's first isn't among its others.
  const { emailAddress, aliases } = { ...now.values, ...values }
  const others = (aliases as string[] | null)?.filter((address) => address !== emailAddress)
  values.aliases = others && others.length > 0 ? others : null
  expected.state.set(id, written(now, values, by))
}

export function isWithdrawn({ values }: Account): boolean {
  return values.status === 'Withdrawn'
}

function cantHave({ id, was, found }: One, now: Account, fields: readonly string[]): boolean {
  const organisation = (fields.includes('organisation') ? was : now).values.organisation
  if (fields.includes('localId') && isTaken(found, id, organisation, was.values.localIdKey)) return true
  if (fields.includes('organisation') && isTaken(found, id, organisation, was.values.localIdKey)) return true
  const wanted = fields
    .filter((field) => field === 'emailAddress' || field === 'aliases')
    .flatMap((field) => (was.values[field] as string[] | string | null) ?? [])
  return [...found].some(
    ([other, { values }]) =>
      other !== id &&
      ([values.emailAddress, values.aliases].flat() as string[]).some((address) => wanted.includes(address)),
  )
}
