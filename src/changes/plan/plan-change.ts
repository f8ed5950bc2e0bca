import { foldKey, localPartFor } from '../../directory/address-name.ts'
import { PERSON_FIELDS, type PersonField } from '../../directory/fields.ts'
import type { Alternative, FieldValues, PlannedChange } from '../change.ts'
import type { Problem } from '../problem.ts'
import { isDifferentPerson } from './different-person.ts'
import type { MatchedAccount } from './find-matches.ts'
import { type Judged, judgeVersion, leaveConflicts, leaveDoubts } from './judge-versions.ts'
import type { Match } from './match-accounts.ts'
import {
  accountProblems,
  differentPersonProblem,
  duplicateProblem,
  existsProblem,
  identityProblem,
  missingFields,
  type Planning,
  unknownAddressProblem,
  unknownProblem,
} from './plan-problems.ts'
import { settleDoubts, withRepair } from './settle-doubts.ts'
import { withoutLookAlikes } from './slight-changes.ts'
import type { Wanted } from './wanted.ts'

/**
 * Decides what a validated row would do: pure, so that the preview, the results and the apply all follow from what is
 * stored here. `newAccountId` is the ID set aside in case the row creates.
 */
export function planChange(
  given: Wanted,
  found: Match,
  newAccountId: () => number,
  planning: Planning,
): PlannedChange {
  const { row, match } = leaveDoubts(given, found, planning)
  const settled = settleDoubts(row, match, planning)
  if (settled === undefined) return planSettled(row, match, newAccountId, planning)
  const { plain, repaired, kinds } = settled
  const change = planSettled(plain.row, plain.match, newAccountId, planning)
  if (repaired === undefined) return change
  return withRepair(change, planSettled(repaired.row, repaired.match, newAccountId, planning), kinds)
}

function planSettled(
  row: Wanted,
  match: Match,
  newAccountId: () => number,
  planning: Planning,
): PlannedChange {
  const judged = judgeVersion(row, match, planning)
  return leaveConflicts(planJudged(judged, newAccountId, planning), judged)
}

function planJudged({ row, match }: Judged, newAccountId: () => number, planning: Planning): PlannedChange {
  const account = match.byId ?? match.byLocalId
  const mismatch = identityProblem(row, match, planning)
  if (mismatch) return errorChange(row, account, null, [...row.problems, mismatch])
  if (account === null) return planForStranger(row, match, newAccountId, planning)
  return planForAccount(withoutLookAlikes(row, account, planning), account, planning)
}

function planForAccount(row: Wanted, account: MatchedAccount, planning: Planning): PlannedChange {
  const asksForNothing =
    planning.mode === 'update' && Object.keys(difference(row, account).after).length === 0
  const problems = [...row.problems, ...(asksForNothing ? [] : accountProblems(row, account, planning))]
  if (hasError(problems)) return errorChange(row, account, null, problems)
  return planning.mode === 'create'
    ? planForExisting(row, account, problems, planning)
    : unlessDifferentPerson(row, account, planUpdate(row, account, problems), planning)
}

/** Whoever turns somebody into another person is asked whether that is meant. */
function unlessDifferentPerson(
  row: Wanted,
  account: MatchedAccount,
  change: PlannedChange,
  planning: Planning,
): PlannedChange {
  const { action, after } = change
  if (action !== 'update' || after === null || !isDifferentPerson(account, after)) return change
  const problem = differentPersonProblem(row, account, after, planning)
  return { ...change, action: 'different-person', problems: [...change.problems, problem] }
}

function planUpdate(row: Wanted, account: MatchedAccount, problems: readonly Problem[]): PlannedChange {
  const { before, after } = difference(row, account)
  const changed = Object.keys(after).length > 0
  return {
    row: row.row,
    action: changed ? 'update' : 'unchanged',
    accountId: account.id,
    accountVersion: account.version,
    localId: row.localId ?? textOrNull(account.fields.localId),
    localIdKey: typeof after.localId === 'string' ? foldKey(after.localId) : null,
    formerLocalIdKey: 'localId' in after ? account.localIdKey : null,
    before: changed ? before : null,
    after: changed ? after : null,
    problems,
    similarAccountId: null,
  }
}

/** In “create new accounts only”, a row whose account exists may say only what the account already says. */
function planForExisting(
  row: Wanted,
  account: MatchedAccount,
  problems: readonly Problem[],
  planning: Planning,
): PlannedChange {
  const differing = Object.keys(difference(row, account).after) as PersonField[]
  if (differing.length === 0) return planUpdate(row, account, problems)
  return errorChange(row, account, null, [...problems, existsProblem(row, account, differing, planning)])
}

function planForStranger(
  row: Wanted,
  match: Match,
  newAccountId: () => number,
  planning: Planning,
): PlannedChange {
  // Whom the row is about can't be told, and a problem says why.
  if (row.id === null && row.localId === null) {
    const unknown = row.address === undefined ? [] : [unknownAddressProblem(row, match, planning)]
    return errorChange(row, null, match.similar?.account ?? null, [...row.problems, ...unknown])
  }
  if (planning.mode === 'update') {
    return errorChange(row, null, match.similar?.account ?? null, [
      ...row.problems,
      unknownProblem(row, match, planning),
    ])
  }
  const problems = [...row.problems, ...missingFields(row, planning)]
  if (hasError(problems)) return errorChange(row, null, match.similar?.account ?? null, problems)
  const accountId = newAccountId()
  const alternative = match.similar && updateOfSimilar({ ...row, problems }, match.similar, planning)
  return {
    ...(alternative && { alternative }),
    row: row.row,
    action: match.similar ? 'possible-duplicate' : 'create',
    accountId,
    accountVersion: null,
    localId: row.localId,
    localIdKey: row.localId === null ? null : foldKey(row.localId),
    formerLocalIdKey: null,
    before: null,
    after: newAccount(row, accountId, planning),
    problems: match.similar ? [...problems, duplicateProblem(row, match.similar, planning)] : problems,
    similarAccountId: match.similar?.account.id ?? null,
  }
}

/** What the row would do to the account that it looks like, where that takes changes; null where it would do nothing. */
function updateOfSimilar(
  row: Wanted,
  similar: NonNullable<Match['similar']>,
  planning: Planning,
): Alternative | null {
  const { account } = similar
  const { localId, ...others } = row.values
  // A local ID that is another by a slip isn't the person's own.
  const isSlip = similar.why === 'near-local-id' || similar.why === 'leading-zeros'
  const wanted = isSlip ? { ...row, localId: null, values: others } : row
  if (hasError(accountProblems(wanted, account, planning))) return null
  const change = planUpdate(wanted, account, row.problems)
  if (change.action === 'unchanged') return null
  const { accountId, accountVersion, localIdKey, formerLocalIdKey, before, after } = change
  const plan = {
    accountId,
    accountVersion,
    localIdKey,
    formerLocalIdKey,
    before: withoutNulls(before),
    after,
  }
  return { action: 'possible-duplicate', ...plan }
}

// What was empty needn't be said, and an alternative is stored beside the whole new account.
function withoutNulls(values: FieldValues | null): FieldValues {
  return Object.fromEntries(Object.entries(values ?? {}).filter(([, value]) => value !== null))
}

function newAccount(row: Wanted, accountId: number, planning: Planning): FieldValues {
  const values: FieldValues = {}
  for (const field of PERSON_FIELDS) {
    const value = row.values[field] ?? null
    if (value !== null) values[field] = value
  }
  const local = localPartFor(textOrNull(values.firstName), textOrNull(values.lastName), accountId)
  const isAhead = typeof values.startsOn === 'string' && values.startsOn > planning.today
  return {
    ...values,
    ...(isAhead && { status: 'Pending' }),
    emailAddress: `${local}@${planning.servedDomain}`,
  }
}

/** The fields whose cells are filled and say something else than the account. */
function difference(row: Wanted, account: MatchedAccount): { before: FieldValues; after: FieldValues } {
  const before: FieldValues = {}
  const after: FieldValues = {}
  for (const field of PERSON_FIELDS) {
    const value = row.values[field]
    const old = account.fields[field] ?? null
    if (value === undefined || value === old) continue
    // The key decides whether a local ID is another: a file may write it in other letters.
    if (field === 'localId' && foldKey(String(value)) === account.localIdKey) continue
    before[field] = old
    after[field] = value
  }
  return { before, after }
}

function errorChange(
  row: Wanted,
  account: MatchedAccount | null,
  similar: MatchedAccount | null,
  problems: readonly Problem[],
): PlannedChange {
  return {
    row: row.row,
    action: 'error',
    accountId: account?.id ?? null,
    accountVersion: account?.version ?? null,
    localId: row.localId,
    localIdKey: null,
    formerLocalIdKey: null,
    before: null,
    after: null,
    problems,
    similarAccountId: similar?.id ?? null,
  }
}

function hasError(problems: readonly Problem[]): boolean {
  return problems.some((problem) => problem.severity === 'error')
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}
