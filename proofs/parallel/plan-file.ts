import type { Row } from '../model/plan.ts'
import type { Account, State, Values } from '../model/state.ts'

export type Mode = 'update' | 'create' | 'both'

/** A file whose cells are all admitted. An empty cell says nothing; `[clear]` empties. */
export type File = { mode: Mode; headings: string[]; rows: FileRow[] }

export type FileRow = { localId: string; cells: Record<string, string> }

/** The columns that the proof's files have, and what they are of an account. */
const FIELDS: Record<string, string> = {
  FirstName: 'firstName',
  LastName: 'lastName',
  Mobile: 'mobile',
  JobTitle: 'jobTitle',
  Department: 'department',
  Telephone: 'telephone',
}

/** What each row of a file would do to an organisation's accounts as they are at the check. */
export function planFile({ mode, rows }: File, state: State, organisation: string): Row[] {
  const accounts = new Map<unknown, [number, Account]>()
  for (const [id, account] of state)
    if (account.values.organisation === organisation) accounts.set(account.values.localId, [id, account])
  return rows.map(({ localId, cells }, at): Row => {
    const wanted: Values = {}
    for (const [heading, cell] of Object.entries(cells))
      if (cell !== '') wanted[FIELDS[heading] as string] = cell === '[clear]' ? null : cell
    const [id, account] = accounts.get(localId) ?? [null, null]
    const nothing = { row: at, id, version: account?.version ?? null, before: {}, after: {} }
    if (account === null)
      return mode === 'update'
        ? { ...nothing, action: 'error' }
        : { ...nothing, action: 'create', after: { ...wanted, localId } }
    const differing = Object.keys(wanted).filter((field) => account.values[field] !== wanted[field])
    if (differing.length === 0) return { ...nothing, action: 'unchanged' }
    if (mode === 'create') return { ...nothing, action: 'error' }
    const pick = (of: Values) => Object.fromEntries(differing.map((field) => [field, of[field]]))
    return { ...nothing, action: 'update', before: pick(account.values), after: pick(wanted) }
  })
}
