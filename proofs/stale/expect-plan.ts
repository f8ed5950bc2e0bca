import { type CopiedRow, type Copy, headingOf, valueIn } from './copy.ts'
import { type Account, FIELDS, type Field, lastWrite, type Past, type Value, type Values } from './past.ts'

/** What a row is to be planned as, by a model that knows only what the accounts ever said and who wrote it. */
export type ExpectedRow = {
  account: number | null
  action: 'update' | 'unchanged' | 'conflict' | 'error'
  /** All that the row would write. */
  writes: Values
  /** What both sides have changed: what it was, and who wrote it last. */
  conflicts: Map<Field, { was: Value; by: number }>
  /** Cells that nobody touched, of fields that others have changed. */
  left: Field[]
  /** Fields whose last change it would set back, and whose change that was. */
  setsBack: Map<Field, number>
}

const NOTHING = { writes: {}, conflicts: new Map(), left: [], setsBack: new Map() }

export function expectPlan(past: Past, copy: Copy): ExpectedRow[] {
  const planned = copy.rows.map((row) => expectRow(past, copy, row))
  const reached = Map.groupBy(planned, ({ account }) => account)
  return planned.map((row) => {
    const isClash = row.account !== null && (reached.get(row.account)?.length ?? 0) > 1
    return isClash ? { ...row, ...NOTHING, action: 'error' } : row
  })
}

function expectRow(past: Past, copy: Copy, { cells }: CopiedRow): ExpectedRow {
  const cell = (name: Field | 'id' | 'version') => cells[copy.headings.indexOf(headingOf(name))] ?? ''
  const byLocalId = holderOf(past, valueIn(copy, 'localId', cell('localId')))
  const id = cell('id') === '' ? byLocalId : Number(cell('id'))
  const account = id === null ? undefined : past.get(id)
  if (id === null || account === undefined) return { account: null, action: 'error', ...NOTHING }
  const seen = cell('version') === '' ? null : Number(cell('version'))
  const row: ExpectedRow = {
    ...judge(account, seen, (field) => valueIn(copy, field, cell(field))),
    account: id,
  }
  const isMeant = byLocalId === null || byLocalId === id || row.left.includes('localId')
  return isMeant ? row : { ...row, ...NOTHING, action: 'error' }
}

function holderOf(past: Past, localId: Value | undefined): number | null {
  const key = typeof localId === 'string' ? localId.toLowerCase() : null
  const found = [...past].find(
    ([, { values }]) => key !== null && String(values.localId).toLowerCase() === key,
  )
  return found?.[0] ?? null
}

function judge(
  account: Account,
  seen: number | null,
  wanted: (field: Field) => Value | undefined,
): Omit<ExpectedRow, 'account'> {
  const row = { writes: {} as Values, conflicts: new Map(), left: [] as Field[], setsBack: new Map() }
  const differing = FIELDS.flatMap((field) => {
    const value = wanted(field)
    return value === undefined || value === account.values[field] ? [] : [{ field, value }]
  })
  if (seen !== null && seen > account.version && differing.length > 0) return { ...NOTHING, action: 'error' }
  for (const { field, value } of differing) {
    const now = account.values[field] as Value
    const base = account.versions.get(seen ?? account.version)?.[field] as Value
    if (seen !== null && base !== now && value === base) {
      row.left.push(field)
      continue
    }
    row.writes[field] = value
    if (seen !== null && base !== now)
      row.conflicts.set(field, { was: base, by: lastWrite(account, field, seen)?.by })
    const last = seen === null ? lastWrite(account, field) : undefined
    if (last?.fields.get(field)?.was === value) row.setsBack.set(field, last.by)
  }
  const isChange = Object.keys(row.writes).length > 0
  return { ...row, action: row.conflicts.size > 0 ? 'conflict' : isChange ? 'update' : 'unchanged' }
}

export type Decided = 'use-file' | 'update' | 'leave-out' | null

/** What a row writes once somebody has decided, to the account as its apply finds it. */
export function expectWritten(
  { action, writes, conflicts }: ExpectedRow,
  decided: Decided,
  { planned, found }: { planned: Values; found: Values },
): Values {
  if (action === 'error' || action === 'unchanged') return {}
  if (action === 'conflict' && decided !== 'use-file' && decided !== 'update') return {}
  const all = Object.entries(writes) as [Field, Value][]
  const fields = decided === 'update' ? all.filter(([field]) => !conflicts.has(field)) : all
  // What somebody changed after the check to something else fails the whole row.
  const isOvertaken = fields.some(
    ([field, value]) => found[field] !== planned[field] && found[field] !== value,
  )
  return isOvertaken ? {} : Object.fromEntries(fields)
}
