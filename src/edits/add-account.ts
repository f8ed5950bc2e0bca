import type { Actor } from '../access/actor.ts'
import { applyAtOnce } from '../changes/apply/apply-at-once.ts'
import type { PlannedChange } from '../changes/change.ts'
import { accountIdPool } from '../changes/plan/account-id-pool.ts'
import { type Match, matchAccounts } from '../changes/plan/match-accounts.ts'
import { planChange } from '../changes/plan/plan-change.ts'
import { type Advice, missingFields, namesOf, type Planning } from '../changes/plan/plan-problems.ts'
import type { Wanted } from '../changes/plan/wanted.ts'
import type { Problem } from '../changes/problem.ts'
import { ACCOUNT_FIELDS, FIELD_NAMES, isFieldName, labelOf } from '../directory/fields.ts'
import { tidyText } from '../directory/tidy-text.ts'
import type { Portal } from '../portal.ts'
import { dayAt } from '../words.ts'
import { outcomeOf } from './find-edited.ts'
import { inEdit, openOrganisation } from './open-organisation.ts'
import { type GivenValues, type ReadValues, readValues } from './read-values.ts'
import { type FieldProblem, LooksLikeSomebody, Overtaken, ValuesRefused } from './refused.ts'

/** What to do about a new person who can't be added. */
const ADVICE: Advice = {
  exists: 'Change that account in place of adding another.',
  gone: 'Ask for the account to be restored first.',
  unknownId: 'Leave it out.',
  unknownLocalId: 'Correct it.',
  similar: 'If it is the same person, change that account; if it is somebody else, say so.',
  twice: 'Add them once.',
  returned: {
    Leaver:
      'If it is the same person, ask for the account to be joined again; if it is somebody else, say so.',
    Deleted: 'If it is the same person, ask for the account to be restored; if it is somebody else, say so.',
  },
  zerosLost: 'Leading zeros count.',
  repair: null,
  unit: null,
}

/**
 * Adds somebody to an organisation, as a change set that is planned and applied in one transaction. They get an address
 * from their name, with a number where it is taken.
 * @param given.anyway they are another person than the one they look like
 * @throws NotFound, Forbidden; Conflict where the organisation is closed; ValuesRefused for values that can't be, and for
 *   a local ID that somebody has; LooksLikeSomebody
 */
export function addAccount(
  portal: Portal,
  actor: Actor,
  organisation: { id: number } | { code: string },
  given: { values: GivenValues; anyway?: boolean },
): Promise<{ accountId: number; changeSet: number; warnings: FieldProblem[] }> {
  return inEdit(portal, actor, async (tx, scope) => {
    const {
      id: organisationId,
      code,
      rules,
      mobileRequired,
    } = await openOrganisation(portal, tx, actor, scope, organisation)
    const { values, problems, warnings } = readValues(filled(given.values), rules, { mobileRequired })
    const wanted: Wanted = {
      ...{ row: 1, values, id: null, localId: (values.localId ?? null) as string | null },
      problems: [...problems, ...addressProblems(values)].map(asProblem),
    }
    const { mailDomain: servedDomain } = portal.config
    const planning: Planning = {
      ...{ mode: 'create', organisationCode: code, servedDomain, mobileRequired, advice: ADVICE },
      today: dayAt(portal.clock.now()),
      headingOf: (field) => labelOf(field),
    }
    refuse([...wanted.problems, ...missingFields(wanted, planning)])
    const [match] = await matchAccounts(tx, organisationId, [wanted])
    if (!match) throw new Error('one row has one match')
    const newIds = await accountIdPool(tx, [match], 'create')
    const { alternative: _, ...change } = planChange(wanted, match, newIds, planning)
    refuseUnlessNew(change, planning, match, given.anyway ?? false)
    const by = actor.administratorId
    const set = { kind: 'edit' as const, organisationId, by }
    const changeSet = await applyAtOnce(portal, tx, set, [{ ...change, action: 'create', problems: [] }])
    if (changeSet === undefined) throw new Error('a new account is something to write')
    const { result, detail } = await outcomeOf(tx, changeSet)
    if (result !== null) throw new Overtaken(detail ?? 'The local ID was taken this moment. Try again.')
    return { accountId: change.accountId as number, changeSet, warnings }
  })
}

/** Without what a new account has anyway: nothing, and no. */
function filled(values: GivenValues): GivenValues {
  const isEmpty = (value: GivenValues[string]) =>
    value === null || value === false || (typeof value === 'string' && tidyText(value) === '')
  return Object.fromEntries(Object.entries(values).filter(([, value]) => !isEmpty(value)))
}

function addressProblems(values: ReadValues['values']): FieldProblem[] {
  const given = (['emailAddress', 'aliases'] as const).filter((field) => field in values)
  return given.map((field) => {
    const message = `${ACCOUNT_FIELDS[field].label} can’t be given for a new account, whose address comes from the name. Add the account first, then change its addresses.`
    return { field, code: 'not-for-a-new-account', message }
  })
}

function refuseUnlessNew(change: PlannedChange, planning: Planning, match: Match, anyway: boolean): void {
  const [problem] = change.problems as Problem[]
  if (change.action === 'error') refuse(change.problems as Problem[])
  if (change.action === 'unchanged') {
    const [holder] = namesOf(match, planning)
    const message = `${holder} already has this local ID, with the same values. ${ADVICE.exists}`
    throw new ValuesRefused([{ field: 'localId', code: 'already-exists', message }])
  }
  if (change.action === 'possible-duplicate' && !anyway)
    throw new LooksLikeSomebody(problem?.message ?? '', change.similarAccountId as number)
}

/** @throws ValuesRefused unless there are no problems */
function refuse(problems: readonly Problem[]): void {
  if (problems.length === 0) return
  throw new ValuesRefused(
    problems.map(({ column, code, message }) => ({ field: fieldLabelled(column), code, message })),
  )
}

function asProblem({ field, code, message }: FieldProblem): Problem {
  const column = isFieldName(field) ? ACCOUNT_FIELDS[field].label : field
  return { column, code, message, value: null, severity: 'error' }
}

function fieldLabelled(label: string | null): string {
  return FIELD_NAMES.find((field) => ACCOUNT_FIELDS[field].label === label) ?? label ?? 'localId'
}
