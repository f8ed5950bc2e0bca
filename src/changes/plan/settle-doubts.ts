import { foldKey } from '../../directory/address-name.ts'
import { foldName } from '../../directory/compare-names.ts'
import type { FieldValue, PersonField } from '../../directory/fields.ts'
import type { ChangeAction, PlannedChange } from '../change.ts'
import type { Problem } from '../problem.ts'
import { shown } from '../values.ts'
import type { MatchedAccount } from './find-matches.ts'
import type { Match } from './match-accounts.ts'
import { hasLostZeros } from './meant-local-ids.ts'
import type { Planning } from './plan-problems.ts'
import type { Damage, Doubt, Wanted } from './wanted.ts'

/** A row whose doubts are settled by the account that it reaches: as it stands, and with its damage repaired. */
export type Settled = {
  plain: Side
  /** Absent where nothing can be repaired. */
  repaired?: Side
  /** The kinds of damage that the account proves. */
  kinds: string[]
}

export type Side = { row: Wanted; match: Match }

/** @returns undefined for a row without doubts, as nearly all are */
export function settleDoubts(row: Wanted, match: Match, planning: Planning): Settled | undefined {
  const zeros = lostZeros(row, match, planning)
  const account = match.byId ?? match.byLocalId ?? match.meant ?? null
  if (zeros === undefined && !row.doubts?.some((doubt) => isOpen(doubt, account))) return undefined
  const plain = { ...row, values: { ...row.values }, problems: [...row.problems] }
  const repaired = { ...row, values: { ...row.values }, problems: [...row.problems] }
  const kinds = new Set<string>()
  for (const doubt of [...(row.doubts ?? []), ...(zeros ? [zeros] : [])]) {
    const old = account?.fields[doubt.field] ?? null
    if (old === doubt.text || isReadAs(doubt, old)) keepAsItIs(doubt, [plain, repaired])
    else if (typeof old === 'string' && doubt.isSame?.(old)) keepOther(doubt, [plain, repaired])
    else if (doubt.damage && account && typeof old === 'string' && doubt.damage.isFrom(old)) {
      kinds.add(doubt.damage.kind)
      refuse(plain, doubt.field, damaged(doubt, doubt.damage, old, planning))
      repair(repaired, doubt, doubt.damage, old, planning)
    } else for (const side of [plain, repaired]) take(side, doubt)
  }
  return {
    plain: { row: plain, match: reaching(plain, match) },
    ...(kinds.size > 0 && { repaired: { row: repaired, match: reaching(repaired, match) } }),
    kinds: [...kinds],
  }
}

const REPAIRABLE: ReadonlySet<ChangeAction> = new Set(['update', 'unchanged', 'conflict'])

/** Most doubts are those of a letter with an accent, which no account turns into damage: what was read stands in the row. */
function isOpen(doubt: Doubt, account: MatchedAccount | null): boolean {
  const { field, text, problem, damage, reading } = doubt
  if (problem !== null) return true
  const old = account?.fields[field]
  if (typeof old !== 'string') return false
  return old === text ? reading !== old : (damage?.isFrom(old) ?? false)
}

/** The plan of a damaged row, with that of the repaired one to choose, where it is one that can be applied. */
export function withRepair(
  change: PlannedChange,
  repaired: PlannedChange,
  kinds: readonly string[],
): PlannedChange {
  if (!REPAIRABLE.has(repaired.action)) return change
  const { action, accountId, accountVersion, localIdKey, formerLocalIdKey, before, after, problems } =
    repaired
  return {
    ...change,
    // The account is reached either way, so that another row about it is found out.
    ...{ accountId, accountVersion, localId: change.localId ?? repaired.localId },
    alternative: {
      ...{ action, accountId, accountVersion, localIdKey, formerLocalIdKey },
      ...{ before, after, problems },
    },
    repairs: kinds,
  }
}

/**
 * A local ID that is that of the account but for zeros. Where no account was named otherwise, the person has to be the
 * same one as well, if an account could be made: somebody new may have such a local ID.
 */
function lostZeros(row: Wanted, match: Match, planning: Planning): Doubt | undefined {
  const { localId } = row
  if (localId === null || match.byLocalId !== null || planning.advice.repair === null) return undefined
  if (row.doubts?.some(({ field }) => field === 'localId')) return undefined
  const account = match.byId ?? match.meant
  const whole = account?.fields.localId
  if (!account || typeof whole !== 'string' || !hasLostZeros(localId, whole)) return undefined
  if (match.byId === null && planning.mode !== 'update' && !isNamedAlike(row, account)) return undefined
  const kind = 'leading-zeros-lost'
  return {
    field: 'localId',
    text: localId,
    problem: null,
    damage: {
      kind,
      isFrom: (value) => hasLostZeros(localId, value),
      told: (value) => `The local ID ${shown(localId)} has lost the leading zeros of ${shown(value)}.`,
    },
  }
}

function isNamedAlike({ values }: Wanted, { fields }: MatchedAccount): boolean {
  return (['firstName', 'lastName'] as const).every(
    (field) =>
      typeof values[field] === 'string' && foldName(values[field]) === foldName(textOrNull(fields[field])),
  )
}

/** Where another reading was possible too, and the account says that this was the right one. */
function isReadAs({ field, reading }: Doubt, old: FieldValue): boolean {
  return field === 'startsOn' && old !== null && old === reading
}

function keepAsItIs({ field, text }: Doubt, sides: Wanted[]): void {
  for (const side of sides) {
    delete side.values[field]
    if (field === 'localId') side.localId = text
  }
}

function keepOther({ field, problem }: Doubt, sides: Wanted[]): void {
  for (const side of sides) {
    delete side.values[field]
    if (problem) side.problems.push(problem)
  }
}

function refuse(side: Wanted, field: PersonField, problem: Problem): void {
  delete side.values[field]
  if (field === 'localId') side.localId = null
  side.problems.push(problem)
}

function repair(side: Wanted, doubt: Doubt, { told }: Damage, old: string, planning: Planning): void {
  side.values[doubt.field] = old
  if (doubt.field === 'localId') side.localId = old
  const message = `${told(old)} ${planning.advice.repair?.done}`
  side.problems.push({ ...aboutCell(doubt, planning), code: 'repaired', message, severity: 'warning' })
}

function damaged(doubt: Doubt, { kind, told }: Damage, old: string, planning: Planning): Problem {
  const message = `${told(old)} ${planning.advice.repair?.offer}`
  return { ...aboutCell(doubt, planning), code: kind, message, severity: 'error' }
}

function aboutCell(doubt: Doubt, planning: Planning): Pick<Problem, 'column' | 'value'> {
  return {
    column: doubt.problem?.column ?? planning.headingOf(doubt.field),
    value: doubt.problem?.value ?? doubt.text,
  }
}

/** Nothing is settled by the account: what was read is taken, unless that is an error. */
function take(side: Wanted, { field, problem, reading }: Doubt): void {
  if (problem?.severity === 'error') {
    refuse(side, field, problem)
    return
  }
  if (problem) side.problems.push(problem)
  if (reading === undefined) return
  side.values[field] = reading
  if (field === 'localId') side.localId = reading as string | null
}

/** What the row reaches by the local ID that it is taken to have. */
function reaching({ localId }: Wanted, match: Match): Match {
  const { meant } = match
  if (localId === null || !meant || match.byLocalId !== null || foldKey(localId) !== meant.localIdKey)
    return match
  return { ...match, byLocalId: meant }
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}
