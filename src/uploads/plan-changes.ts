import type { FieldValues, PlannedChange } from '../changes/change.ts'
import { displayName, foldKey, localPartFor } from '../directory/address-name.ts'
import { ACCOUNT_FIELDS, PERSON_FIELDS, type PersonField } from '../directory/fields.ts'
import type { MatchedAccount } from './find-matches.ts'
import type { Match } from './match-accounts.ts'
import type { Problem } from './problem.ts'
import type { Mode } from './upload.ts'
import { missingForCreate, type ValidatedRow } from './validate-row.ts'

/** What planning needs to know besides the row and the account it reaches. */
export type Planning = {
  mode: Mode
  organisationCode: string
  servedDomain: string
  mobileRequired: boolean
  /** The heading words that the person used, to name a column as they know it. */
  headingOf: (field: PersonField | 'id') => string
}

/**
 * Decides what a validated row would do: pure, so that the preview, the results and the apply all follow from what is
 * stored here. `newAccountId` is the ID set aside in case the row creates.
 */
export function planChange(
  row: ValidatedRow,
  match: Match,
  newAccountId: () => number,
  planning: Planning,
): PlannedChange {
  const account = match.byId ?? match.byLocalId
  const mismatch = identityProblem(row, match, planning)
  if (mismatch) return errorChange(row, account, null, [...row.problems, mismatch])
  if (account === null) return planForStranger(row, match, newAccountId, planning)
  const problems = [...row.problems, ...accountProblems(row, account, planning)]
  if (hasError(problems)) return errorChange(row, account, null, problems)
  return planning.mode === 'create'
    ? planForExisting(row, account, problems, planning)
    : planUpdate(row, account, problems)
}

function planUpdate(row: ValidatedRow, account: MatchedAccount, problems: readonly Problem[]): PlannedChange {
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
  row: ValidatedRow,
  account: MatchedAccount,
  problems: readonly Problem[],
  planning: Planning,
): PlannedChange {
  const differing = Object.keys(difference(row, account).after) as PersonField[]
  if (differing.length === 0) return planUpdate(row, account, problems)
  const names = differing.map((field) => ACCOUNT_FIELDS[field].label).join(', ')
  return errorChange(row, account, null, [
    ...problems,
    {
      column: planning.headingOf('localId'),
      code: 'already-exists',
      message: `${nameOf(account, planning)} already has this local ID, and differs in: ${names}. To change an existing account, send the file with “Update existing accounts” chosen.`,
      value: row.localId,
      severity: 'error',
    },
  ])
}

function planForStranger(
  row: ValidatedRow,
  match: Match,
  newAccountId: () => number,
  planning: Planning,
): PlannedChange {
  // Whom the row is about can't be told, and its own problems say why.
  if (row.id === null && row.localId === null) {
    return errorChange(row, null, match.similar?.account ?? null, row.problems)
  }
  if (planning.mode === 'update') {
    return errorChange(row, null, match.similar?.account ?? null, [
      ...row.problems,
      unknownProblem(row, match, planning),
    ])
  }
  const problems = [...row.problems, ...missingForCreate(row, planning)]
  if (hasError(problems)) return errorChange(row, null, match.similar?.account ?? null, problems)
  const accountId = newAccountId()
  return {
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

function newAccount(row: ValidatedRow, accountId: number, planning: Planning): FieldValues {
  const values: FieldValues = {}
  for (const field of PERSON_FIELDS) {
    const value = row.values[field] ?? null
    if (value !== null) values[field] = value
  }
  const local = localPartFor(textOrNull(values.firstName), textOrNull(values.lastName), accountId)
  return { ...values, emailAddress: `${local}@${planning.servedDomain}` }
}

/** The fields whose cells are filled and say something else than the account. */
function difference(row: ValidatedRow, account: MatchedAccount): { before: FieldValues; after: FieldValues } {
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

function identityProblem(row: ValidatedRow, match: Match, planning: Planning): Problem | null {
  if (row.id !== null && match.byId === null) {
    const hint = match.byLocalId
      ? ` The local ID is that of ${nameOf(match.byLocalId, planning)}, whose ID is ${match.byLocalId.id}.`
      : ''
    return {
      column: planning.headingOf('id'),
      code: 'unknown-id',
      message: `${planning.organisationCode} has no account with the ID ${row.id}.${hint} Correct it, or leave the cell empty to use the local ID.`,
      value: String(row.id),
      severity: 'error',
    }
  }
  if (match.byId && match.byLocalId && match.byId.id !== match.byLocalId.id) {
    return {
      column: planning.headingOf('localId'),
      code: 'id-and-local-id-differ',
      message: `The ID ${row.id} is ${nameOf(match.byId, planning)}, but the local ID “${row.localId}” is ${nameOf(match.byLocalId, planning)}. Correct one of them, or leave the ID empty.`,
      value: row.localId,
      severity: 'error',
    }
  }
  return null
}

const HELD: Record<string, string> = {
  Leaver:
    'has left, so the account can’t be updated. Remove the row, or ask for the account to be restored first.',
  Deleted:
    'is deleted, so the account can’t be updated. Remove the row, or ask for the account to be restored first.',
}

function accountProblems(row: ValidatedRow, account: MatchedAccount, planning: Planning): Problem[] {
  const problems: Problem[] = []
  const held = HELD[account.status]
  if (held) {
    problems.push({
      column: planning.headingOf('localId'),
      code: `account-${account.status.toLowerCase()}`,
      message: `${nameOf(account, planning)} ${held}`,
      value: row.localId,
      severity: 'error',
    })
  }
  const unit = row.values.organisationalUnit
  if (unit !== undefined && unit !== (account.fields.organisationalUnit ?? null)) {
    problems.push({
      column: planning.headingOf('organisationalUnit'),
      code: 'unit-needs-transfer',
      message: `${nameOf(account, planning)} is in “${account.fields.organisationalUnit ?? 'no unit'}”. A file can’t move people between organisational units: select them in the user list and use the bulk transfer, or leave this cell empty.`,
      value: unit === null ? '[clear]' : String(unit),
      severity: 'error',
    })
  }
  return problems
}

function unknownProblem(row: ValidatedRow, match: Match, planning: Planning): Problem {
  const { similar } = match
  if (!similar) {
    return {
      column: planning.headingOf('localId'),
      code: 'unknown-local-id',
      message: `${planning.organisationCode} has no account with the local ID “${row.localId ?? ''}”. Compare it with the Mailbox Report (column ExternalSyncID).`,
      value: row.localId,
      severity: 'error',
    }
  }
  const { account } = similar
  const localId = account.fields.localId ?? ''
  const person = nameOf(account, planning)
  return {
    column: planning.headingOf('localId'),
    code: similar.why === 'leading-zeros' ? 'leading-zeros-lost' : 'unknown-local-id-probably-known',
    message:
      similar.why === 'leading-zeros'
        ? `No account has the local ID “${row.localId}”, but ${person} has “${localId}”: spreadsheets drop leading zeros. Write “${localId}”, with the column formatted as text.`
        : `No account has the local ID “${row.localId ?? ''}”. It was probably meant for ${person}, who has ${WHY[similar.why]} and the local ID “${localId}”. If so, write that.`,
    value: row.localId,
    severity: 'error',
  }
}

const WHY = {
  'leading-zeros': 'the same local ID but for leading zeros',
  'name-and-mobile': 'the same name and mobile',
  'secondary-email': 'the same secondary e-mail address',
}

function duplicateProblem(
  row: ValidatedRow,
  similar: NonNullable<Match['similar']>,
  planning: Planning,
): Problem {
  const { account, why } = similar
  return {
    column: planning.headingOf('localId'),
    code: `possible-duplicate-${why}`,
    message: `${nameOf(account, planning)}, local ID “${account.fields.localId ?? ''}”, has ${WHY[why]}. If it is the same person, use that local ID; if not, choose “create”.`,
    value: row.localId,
    severity: 'warning',
  }
}

function errorChange(
  row: ValidatedRow,
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

/** The people whom the problems of a row may name. */
export function namesOf({ byId, byLocalId, similar }: Match, planning: Planning): string[] {
  const accounts = [byId, byLocalId, similar?.account ?? null].filter((account) => account !== null)
  return accounts.map((account) => nameOf(account, planning))
}

function nameOf(account: MatchedAccount, planning: Planning): string {
  return displayName(
    { firstName: textOrNull(account.fields.firstName), lastName: textOrNull(account.fields.lastName) },
    planning.organisationCode,
  )
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}
