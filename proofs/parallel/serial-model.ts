/**
 * What uploads do when they are applied one after the other, written from the product's promises and not from its code:
 * the plan compares with the accounts at the check; the apply judges each field that the plan would write.
 */

/** An account's values under their headings, empty where it has none; and how often it was written. */
export type Account = { values: Record<string, string>; writes: number }

/** Accounts by their local ID. */
export type Accounts = Map<string, Account>

export type Mode = 'update' | 'create' | 'both'

/** A file whose cells are all admitted. An empty cell says nothing; `[clear]` empties. */
export type File = { mode: Mode; headings: string[]; rows: Row[] }

export type Row = { localId: string; cells: Record<string, string> }

export type Outcome = 'Updated' | 'Created' | 'No change' | 'Failed'

type Planned =
  | { does: 'update'; before: Record<string, string>; after: Record<string, string> }
  | { does: 'create'; after: Record<string, string> }
  | { does: 'nothing'; outcome: Outcome }

/** @returns what each row would do to the accounts as they are at the check */
export function plan(file: File, accounts: Accounts): Planned[] {
  return file.rows.map(({ localId, cells }) => {
    const account = accounts.get(localId)
    const said = Object.entries(cells).filter(([, cell]) => cell !== '')
    const wanted = Object.fromEntries(said.map(([name, cell]) => [name, cell === '[clear]' ? '' : cell]))
    if (account === undefined)
      return file.mode === 'update'
        ? { does: 'nothing', outcome: 'Failed' }
        : { does: 'create', after: wanted }
    const after = Object.fromEntries(
      Object.entries(wanted).filter(([name, value]) => account.values[name] !== value),
    )
    if (Object.keys(after).length === 0) return { does: 'nothing', outcome: 'No change' }
    if (file.mode === 'create') return { does: 'nothing', outcome: 'Failed' }
    return { does: 'update', before: { ...account.values }, after }
  })
}

/** Applies a plan to the accounts as they are by now. @returns the outcome of each row */
export function apply(file: File, planned: Planned[], accounts: Accounts): Outcome[] {
  return planned.map((row, at) => {
    const { localId } = file.rows[at] as Row
    const account = accounts.get(localId)
    if (row.does === 'nothing') return row.outcome
    if (row.does === 'create' && account === undefined) {
      accounts.set(localId, { values: { ...EMPTY, ...row.after }, writes: 1 })
      return 'Created'
    }
    if (account === undefined) throw new Error(`nobody has ${localId}`)
    const open = Object.entries(row.after).filter(([name, value]) => account.values[name] !== value)
    if (open.length === 0) return 'No change'
    if (row.does === 'create') return 'Failed'
    if (open.some(([name]) => account.values[name] !== row.before[name])) return 'Failed'
    for (const [name, value] of open) account.values[name] = value
    account.writes++
    return 'Updated'
  })
}

/** The columns that the proof's files have, and the database's names for them. */
export const COLUMNS: Record<string, string> = {
  FirstName: 'first_name',
  LastName: 'last_name',
  Mobile: 'mobile',
  JobTitle: 'job_title',
  Department: 'department',
  Telephone: 'telephone',
}

const EMPTY = Object.fromEntries(Object.keys(COLUMNS).map((heading) => [heading, '']))

/** A copy that the model may write to. */
export function copied(accounts: Accounts): Accounts {
  return new Map(
    [...accounts].map(([localId, { values, writes }]) => [localId, { values: { ...values }, writes }]),
  )
}
