import { foldKey } from '../../directory/address-name.ts'
import type { FieldValue, PersonField } from '../../directory/fields.ts'
import { tidyText } from '../../directory/tidy-text.ts'
import type { Alternative, FieldValues, PlannedChange } from '../change.ts'
import type { Problem } from '../problem.ts'
import type { MatchedAccount } from './find-matches.ts'
import type { Match } from './match-accounts.ts'
import { hasLostZeros } from './meant-local-ids.ts'
import type { Planning } from './plan-problems.ts'
import { type Cell, conflictProblem, leftProblem, versionAhead, versionOfNobody } from './version-problems.ts'
import type { Doubt, Wanted } from './wanted.ts'

/** A row without the cells that nobody has touched since they were seen, and those whose field others have changed too. */
export type Judged = { row: Wanted; match: Match; conflicts: ReadonlyMap<PersonField, Problem> }

/**
 * Leaves what is doubtful about a cell that nobody has touched, damaged or not, of a field that others have changed: there
 * is nothing in it to be settled by what the account says now.
 */
export function leaveDoubts(row: Wanted, match: Match, planning: Planning): Pick<Judged, 'row' | 'match'> {
  const account = match.byId ?? match.byLocalId ?? match.meant
  const { doubts, version } = row
  if (!match.base || !account || !doubts || version === undefined) return { row, match }
  const values = { ...row.values }
  const left: Problem[] = []
  const remaining = doubts.filter((doubt) => {
    const { field, text } = doubt
    const base = match.base?.get(field)
    const now = account.fields[field] ?? null
    if (!base || base.value === now || !isAsSeen(doubt, base.value)) return true
    delete values[field]
    left.push(leftProblem({ field, value: text, now, seen: version }, base.write, planning))
    return false
  })
  if (left.length === 0) return { row, match }
  const isLocalIdLeft = doubts.some((doubt) => doubt.field === 'localId' && !remaining.includes(doubt))
  return leaving({ ...row, values, doubts: remaining }, match, { left, isLocalIdLeft })
}

function isAsSeen({ text, isSame, damage }: Doubt, seen: FieldValue): boolean {
  return typeof seen === 'string' && (seen === text || Boolean(isSame?.(seen) || damage?.isFrom(seen)))
}

function leaving(
  row: Wanted,
  match: Match,
  { left, isLocalIdLeft }: { left: readonly Problem[]; isLocalIdLeft: boolean },
): Pick<Judged, 'row' | 'match'> {
  const told = { ...row, problems: [...row.problems, ...left] }
  // Whoever has that local ID by now isn't meant.
  return isLocalIdLeft
    ? { row: { ...told, localId: null }, match: { ...match, byLocalId: null } }
    : { row: told, match }
}

/**
 * Judges a row's cells three ways, where it says which version of the account was seen: a cell that is as it was then is
 * nobody's wish, and what others have written since stays; a cell that is another, of a field that nobody has written
 * since, is written; what both sides changed, each to something else, is a conflict.
 */
export function judgeVersion(row: Wanted, match: Match, planning: Planning): Judged {
  const account = match.byId ?? match.byLocalId
  const asItIs: Judged = { row, match, conflicts: new Map() }
  if (row.version === undefined || row.version === account?.version) return asItIs
  if (account === null) {
    // In any other mode such a row is an error anyway.
    if (planning.mode === 'update') return asItIs
    return { ...asItIs, row: { ...row, problems: [...row.problems, versionOfNobody(row, planning)] } }
  }
  const cells = differing(row, account, row.version)
  if (cells.length === 0) return asItIs
  if (row.version > account.version)
    return { ...asItIs, row: { ...row, problems: [...row.problems, versionAhead(row, account, planning)] } }
  return judgeCells(row, match, cells, planning)
}

function differing({ values }: Wanted, { fields }: MatchedAccount, seen: number): Cell[] {
  return Object.entries(values).flatMap(([name, value]) => {
    const field = name as PersonField
    const now = fields[field] ?? null
    return value === undefined || isSameText(value, now) ? [] : { field, value, now, seen }
  })
}

function judgeCells(row: Wanted, match: Match, cells: readonly Cell[], planning: Planning): Judged {
  const values = { ...row.values }
  const left: Problem[] = []
  const conflicts = new Map<PersonField, Problem>()
  for (const cell of cells) {
    const { field, value, now } = cell
    const base = match.base?.get(field)
    if (!match.base) conflicts.set(field, conflictProblem(cell, null, planning))
    else if (!base || isSameText(base.value, now)) continue
    else if (isSame(field, value, base.value)) {
      delete values[field]
      left.push(leftProblem(cell, base.write, planning))
    } else if (!isSame(field, value, now)) conflicts.set(field, conflictProblem(cell, base, planning))
  }
  const isLocalIdLeft = 'localId' in row.values && !('localId' in values)
  return { ...leaving({ ...row, values }, match, { left, isLocalIdLeft }), conflicts }
}

// Local IDs are the same by their key, and without the zeros that spreadsheets drop.
function isSame(field: PersonField, one: FieldValue, other: FieldValue): boolean {
  if (isSameText(one, other)) return true
  return (
    field === 'localId' &&
    typeof one === 'string' &&
    typeof other === 'string' &&
    (foldKey(one) === foldKey(other) || hasLostZeros(one, other))
  )
}

// What is wanted was tidied when it was read; what was stored long ago may not have been.
function isSameText(one: FieldValue, other: FieldValue): boolean {
  return one === other || (typeof one === 'string' && typeof other === 'string' && one === tidyText(other))
}

/**
 * Leaves a planned row with conflicts out until a person decides: then all of it is written, or only what nobody else has
 * changed.
 */
export function leaveConflicts(change: PlannedChange, { conflicts }: Judged): PlannedChange {
  if (conflicts.size === 0 || change.action === 'error') return change
  const told = { ...change, problems: [...change.problems, ...conflicts.values()] }
  // Whoever would become another person is left out already, and their row says the rest.
  if (change.action !== 'update') return told
  const conflict: PlannedChange = { ...told, action: 'conflict' }
  const rest = withoutConflicts(conflict, conflicts)
  return rest ? { ...conflict, alternative: rest } : conflict
}

/** The same plan of the fields that nobody else has changed, if there are any. */
function withoutConflicts(plan: PlannedChange, conflicts: Judged['conflicts']): Alternative | undefined {
  const rest = (values: FieldValues | null) =>
    Object.fromEntries(Object.entries(values ?? {}).filter(([field]) => !conflicts.has(field as PersonField)))
  const after = rest(plan.after)
  if (Object.keys(after).length === 0) return undefined
  const { action, accountId, accountVersion, localIdKey, formerLocalIdKey, before, problems } = plan
  const keys = 'localId' in after ? { localIdKey, formerLocalIdKey } : NO_KEYS
  return { action, accountId, accountVersion, ...keys, before: rest(before), after, problems }
}

const NO_KEYS = { localIdKey: null, formerLocalIdKey: null }
