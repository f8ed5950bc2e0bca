import type { Selection } from '../../src/changes/history/store-undo.ts'
import { type Account, FIELDS, type Field, isSame, type State } from './state.ts'

/** A set as its apply found and left the directory, and which row was about which account. */
export type Applied = { before: State; after: State; rows: ReadonlyMap<number, number> }

export type Expected = {
  state: State
  /** Of each account that isn't wholly taken back, the labels of what is kept; null for the account as a whole. */
  kept: Map<number, (string | null)[]>
  /** Accounts that can't be written: their local ID or address is somebody else's by now. */
  failed: Set<number>
}

/**
 * What an undo is to come to, by a model that knows states only: a field that is as the set left it goes back, one that
 * is otherwise is kept; an account that the set made is withdrawn if nobody has written it since.
 * @param planned the directory when the undo was planned
 * @param found and when it was applied, up to a row
 */
export function expectUndo(
  { before, after, rows }: Applied,
  { planned, found, upTo = Infinity }: { planned: State; found: State; upTo?: number },
  selection: Selection,
): Expected {
  const expected: Expected = { state: new Map(found), kept: new Map(), failed: new Set() }
  for (const [row, id] of rows) {
    const [was, left, then, now] = [before, after, planned, found].map((state) => state.get(id))
    if (!left || !then || !now || (selection.rows && !selection.rows.includes(row))) continue
    const isReached = row <= upTo
    if (!was) {
      if (selection.fields || isWithdrawn(then)) continue
      if (then.version !== left.version) expected.kept.set(id, [null])
      else if (isReached && now.version !== then.version) expected.kept.set(id, [])
      else if (isReached) expected.state.set(id, withdrawn(now))
      continue
    }
    takeBackFields(expected, { id, was, left, then, now, isReached, planned, found }, selection)
  }
  return expected
}

type One = {
  id: number
  was: Account
  left: Account
  then: Account
  now: Account
  isReached: boolean
  planned: State
  found: State
}

function takeBackFields(expected: Expected, one: One, selection: Selection): void {
  const { id, was, left, then, now, isReached } = one
  const changed = FIELDS.filter(({ name, place }) => {
    const isWanted = !selection.fields || selection.fields.includes(name)
    return isWanted && !isSame(was.values[place], left.values[place])
  })
  // What makes an account withdrawn goes back as a whole or not at all.
  if (changed.length === 0 || (isWithdrawn(left) && selection.fields)) return
  if (isWithdrawn(then) && !isWithdrawn(left)) {
    expected.kept.set(id, [null])
    return
  }
  const isAsLeft = ({ place }: Field) => isSame(then.values[place], left.values[place])
  const isBack = ({ place }: Field) => isSame(then.values[place], was.values[place])
  const isFree = ({ name }: Field) => name !== 'localId' || !isTaken(one.planned, id, was)
  const goes = changed.filter((field) => isAsLeft(field) && isFree(field))
  const kept = changed.filter((field) => (isAsLeft(field) ? !isFree(field) : !isBack(field)))
  if (kept.length > 0)
    expected.kept.set(
      id,
      kept.map(({ label }) => label),
    )
  if ((isWithdrawn(left) && kept.length > 0) || !isReached) return
  const written = goes.filter(({ place }) => isSame(now.values[place], left.values[place]))
  const late = goes.filter(
    ({ place }) =>
      !isSame(now.values[place], left.values[place]) && !isSame(now.values[place], was.values[place]),
  )
  if (cantHave(one, written)) {
    expected.failed.add(id)
    return
  }
  if (late.length > 0)
    expected.kept.set(
      id,
      [...kept, ...late].map(({ label }) => label),
    )
  const values = { ...now.values }
  for (const { place, name } of written) {
    values[place] = was.values[place]
    if (name === 'localId') values.local_id_key = was.values.local_id_key
  }
  // An address that is the account's first isn't among its others.
  const others = (values.aliases as string[] | null)?.filter((address) => address !== values.emailAddress)
  values.aliases = others && others.length > 0 ? others : null
  expected.state.set(id, { ...now, values })
}

export function isWithdrawn({ values }: Account): boolean {
  return values.status === 'Withdrawn'
}

function withdrawn(account: Account): Account {
  const gone = { status: 'Withdrawn', local_id: null, local_id_key: null, emailAddress: null, aliases: null }
  return { ...account, values: { ...account.values, ...gone } }
}

function isTaken(state: State, id: number, { values }: Account): boolean {
  const key = values.local_id_key
  return (
    key !== null && [...state].some(([other, account]) => other !== id && account.values.local_id_key === key)
  )
}

function cantHave({ id, was, found }: One, written: readonly Field[]): boolean {
  if (written.some(({ name }) => name === 'localId') && isTaken(found, id, was)) return true
  const wanted = written
    .filter(({ name }) => name === 'emailAddress' || name === 'aliases')
    .flatMap(({ place }) => (was.values[place] as string[] | string | null) ?? [])
  return [...found].some(
    ([other, { values }]) =>
      other !== id &&
      ([values.emailAddress, values.aliases].flat() as string[]).some((address) => wanted.includes(address)),
  )
}
