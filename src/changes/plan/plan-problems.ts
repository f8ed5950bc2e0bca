import { hasGone } from '../../directory/account.ts'
import { displayName } from '../../directory/address-name.ts'
import { ACCOUNT_FIELDS, PERSON_FIELDS, type PersonField } from '../../directory/fields.ts'
import { date } from '../../words.ts'
import type { FieldValues } from '../change.ts'
import type { Problem } from '../problem.ts'
import type { MatchedAccount } from './find-matches.ts'
import type { Resemblance } from './likely-same-person.ts'
import type { Match } from './match-accounts.ts'
import { isRequired, type Mode, type Wanted } from './wanted.ts'

/** What planning needs to know besides the row and the account it reaches. */
export type Planning = {
  mode: Mode
  organisationCode: string
  servedDomain: string
  mobileRequired: boolean
  /** Such as 2026-11-30: who starts later is pending. */
  today: string
  /** What the person calls a field: their heading word, or a form's label. */
  headingOf: (field: PersonField | 'id' | 'emailAddress' | 'version') => string
  advice: Advice
}

/** What to do about it, by the way in which accounts are changed: whole sentences. */
export type Advice = {
  /** In place of making an account that there is. */
  exists: string
  /** About somebody who has left or was deleted. */
  gone: string
  /** About an ID that nobody has. */
  unknownId: string
  /** About a local ID that nobody has. */
  unknownLocalId: string
  /** Where it looks like somebody who is there. */
  similar: string
  /** Where another row seems to be about the same new person. */
  twice: string
  /** Where it looks like somebody who has left, or was deleted. */
  returned: { Leaver: string; Deleted: string }
  /** Where the local ID is somebody's but for leading zeros. */
  zerosLost: string
  /** Where an account would move to another unit; null where that is no more than another value. */
  unit: string | null
  /** Where damage is proven: what can be done, and what was done once it is repaired. Null where nothing is repaired. */
  repair: { offer: string; done: string } | null
}

/** What the row lacks to make an account. Columns that have an error already are passed over. */
export function missingFields({ values, problems }: Wanted, planning: Planning): Problem[] {
  return PERSON_FIELDS.flatMap((field) => {
    if (!isRequired(field, planning)) return []
    const word = planning.headingOf(field)
    const hasProblem = problems.some(({ column, severity }) => column === word && severity === 'error')
    if (hasProblem || (values[field] ?? null) !== null) return []
    const message = `A new account needs ${word}, and none is given. Fill it in.`
    return [{ column: word, code: 'required', message, value: null, severity: 'error' }]
  })
}

export function identityProblem(row: Wanted, match: Match, planning: Planning): Problem | null {
  if (row.id !== null && match.byId === null) {
    const hint = match.byLocalId
      ? ` The local ID is that of ${nameOf(match.byLocalId, planning)}, whose ID is ${match.byLocalId.id}.`
      : ''
    return {
      column: planning.headingOf('id'),
      code: 'unknown-id',
      message: `${planning.organisationCode} has no account with the ID ${row.id}.${hint} ${planning.advice.unknownId}`,
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

const GONE: Record<string, string> = {
  Leaver: 'has left, so the account can’t be updated.',
  Deleted: 'is deleted, so the account can’t be updated.',
}

export function accountProblems(row: Wanted, account: MatchedAccount, planning: Planning): Problem[] {
  const problems: Problem[] = []
  const gone = GONE[account.status]
  if (gone) {
    problems.push({
      ...aboutKey(row, planning),
      code: `account-${account.status.toLowerCase()}`,
      message: `${nameOf(account, planning)} ${gone} ${planning.advice.gone}`,
      severity: 'error',
    })
  }
  const unit = row.values.organisationalUnit
  const { advice } = planning
  if (advice.unit && unit !== undefined && unit !== (account.fields.organisationalUnit ?? null)) {
    problems.push({
      column: planning.headingOf('organisationalUnit'),
      code: 'unit-needs-transfer',
      message: `${nameOf(account, planning)} is in “${account.fields.organisationalUnit ?? 'no unit'}”. ${advice.unit}`,
      value: unit === null ? '[clear]' : String(unit),
      severity: 'error',
    })
  }
  return problems
}

export function unknownProblem(row: Wanted, match: Match, planning: Planning): Problem {
  const { similar } = match
  if (!similar) {
    return {
      column: planning.headingOf('localId'),
      code: 'unknown-local-id',
      message: `${planning.organisationCode} has no account with the local ID “${row.localId ?? ''}”. ${planning.advice.unknownLocalId}`,
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
        ? `No account has the local ID “${row.localId}”, but ${person} has “${localId}”. ${planning.advice.zerosLost} Write “${localId}”.`
        : `No account has the local ID “${row.localId ?? ''}”. It was probably meant for ${person}, who has ${inWhat(similar)} and the local ID “${localId}”${hasGone(account.status) ? `, and ${howGone(account)}. ${planning.advice.gone}` : '. If so, write that.'}`,
    value: row.localId,
    severity: 'error',
  }
}

/** An address that nobody has, in a row that says nothing else of whom it is about. */
export function unknownAddressProblem(row: Wanted, { similar }: Match, planning: Planning): Problem {
  const { organisationCode } = planning
  const probably = similar
    ? ` It was probably meant for ${nameOf(similar.account, planning)}, who has ${inWhat(similar)} and the local ID “${textOrNull(similar.account.fields.localId) ?? ''}”.`
    : ''
  return {
    ...aboutKey(row, planning),
    code: 'unknown-address',
    message: `${organisationCode} has no account with the address “${row.address}”.${probably} Compare it with the Mailbox Report, or fill in ${planning.headingOf('localId')}.`,
    severity: 'error',
  }
}

/** The cell that says whom the row is about. */
function aboutKey(row: Wanted, planning: Planning): Pick<Problem, 'column' | 'value'> {
  if (row.address !== undefined) return { column: planning.headingOf('emailAddress'), value: row.address }
  return { column: planning.headingOf('localId'), value: row.localId }
}

export function duplicateProblem(
  row: Wanted,
  similar: NonNullable<Match['similar']>,
  planning: Planning,
): Problem {
  const { account, why } = similar
  const { advice } = planning
  const [gone, whatToDo] = hasGone(account.status)
    ? [`, and ${howGone(account)}`, advice.returned[account.status === 'Leaver' ? 'Leaver' : 'Deleted']]
    : ['', advice.similar]
  return {
    column: planning.headingOf('localId'),
    code: `possible-duplicate-${why}`,
    message: `${nameOf(account, planning)}, local ID “${account.fields.localId ?? ''}”, has ${inWhat(similar)}${gone}. ${whatToDo}`,
    value: row.localId,
    severity: 'warning',
  }
}

function howGone({ status, statusSince }: MatchedAccount): string {
  const since = statusSince === null ? '' : ` on ${date(new Date(statusSince))}`
  return status === 'Leaver' ? `has left${since}` : `was deleted${since}`
}

const OF_NAMES = { same: 'the same name', alike: 'nearly the same name', first: 'the same first name' }

/** What somebody has in common with another one, as a sentence tells it. */
export function inWhat(similar: Resemblance | NonNullable<Match['similar']>): string {
  if (similar.why === 'leading-zeros') return 'the same local ID but for leading zeros'
  const names = OF_NAMES[similar.names]
  const and = similar.names === 'same' ? 'and' : 'and the same'
  return {
    'name-and-mobile': `${names} ${and} mobile`,
    'secondary-email': `${names} and the same secondary e-mail address`,
    'near-local-id': `${names} and nearly the same local ID`,
    'name-and-job': `${names}, and the same job title and department`,
  }[similar.why]
}

export function existsProblem(
  row: Wanted,
  account: MatchedAccount,
  differing: readonly PersonField[],
  planning: Planning,
): Problem {
  const names = differing.map((field) => ACCOUNT_FIELDS[field].label).join(', ')
  const key = row.address === undefined ? 'local ID' : 'address'
  return {
    ...aboutKey(row, planning),
    code: 'already-exists',
    message: `${nameOf(account, planning)} already has this ${key}, and differs in: ${names}. ${planning.advice.exists}`,
    severity: 'error',
  }
}

/** The row would make somebody else of an account. */
export function differentPersonProblem(
  row: Wanted,
  account: MatchedAccount,
  after: FieldValues,
  planning: Planning,
): Problem {
  const names = { ...account.fields, ...after } as { firstName: string | null; lastName: string | null }
  const localIds =
    'localId' in after
      ? [`, local ID “${account.fields.localId ?? ''}”,`, `, local ID “${after.localId}”`]
      : ['', '']
  const { column, value } =
    row.id === null ? aboutKey(row, planning) : { column: planning.headingOf('id'), value: String(row.id) }
  return {
    ...{ column, value },
    code: 'different-person',
    message: `${nameOf(account, planning)}${localIds[0]} would become “${displayName(names, planning.organisationCode)}”${localIds[1]}. Is it the same person? Then say so; if not, correct ${column}.`,
    severity: 'warning',
  }
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
