import type { Transaction } from '../../database/open.ts'
import { hasGone } from '../../directory/account.ts'
import { foldKey } from '../../directory/address-name.ts'
import { foldName } from '../../directory/compare-names.ts'
import { formsOf } from '../../directory/first-names.ts'
import { mapYielding } from '../../flow/yielding.ts'
import type { MatchedAccount } from './find-matches.ts'
import { type Candidates, type Sought, selectCandidates } from './find-similar.ts'
import { compareResemblances, type Resemblance, resemblance } from './likely-same-person.ts'
import type { Wanted, WantedValues } from './wanted.ts'

/** Somebody of whom it is asked who they may be: a row of a plan, or an account. */
type Person = Pick<Wanted, 'localId' | 'values'>

/** An account that is likely to be of the same person, and why. */
export type Similar = { account: MatchedAccount } & Resemblance

/** For each of these rows, which reach nobody, the account of the person who it is likely about; with one query for all. */
export async function similarAccounts(
  tx: Transaction,
  organisationId: number,
  rows: readonly Wanted[],
): Promise<(Similar | null)[]> {
  const sought = rows.map(soughtOf)
  if (!sought.some(({ names }) => names.length > 0)) return rows.map(() => null)
  const candidates = await selectCandidates(tx, organisationId, sought)
  return mapYielding(rows, (row, at) => mostSimilar(row, candidates, at))
}

/**
 * For each of these accounts all others that are likely to be of the same person; with one query for all. Of those who
 * have left, none.
 * @param nearIds as of `selectCandidates`
 */
export async function accountsLike(
  tx: Transaction,
  organisationId: number,
  accounts: readonly MatchedAccount[],
  nearIds: 'all' | 'greater',
): Promise<Similar[][]> {
  const people = accounts.map(({ fields }): Person => ({ localId: fields.localId as string, values: fields }))
  const candidates = await selectCandidates(tx, organisationId, people.map(soughtOf), nearIds)
  return mapYielding(people, (person, at) =>
    allSimilar(person, candidates, at).filter(
      ({ account }) => account.id !== accounts[at]?.id && !hasGone(account.status),
    ),
  )
}

function soughtOf({ localId, values }: Person): Sought {
  const [firstName, lastName] = [textOf(values, 'firstName'), textOf(values, 'lastName')]
  return {
    ...{ firstName, lastName, names: namesOf(values) },
    localIdKey: localId === null ? null : foldKey(localId),
    mobile: textOf(values, 'mobile'),
    secondaryEmail: textOf(values, 'secondaryEmail'),
    jobTitle: textOf(values, 'jobTitle'),
    department: textOf(values, 'department'),
  }
}

/** The name as it is, with first and last exchanged, and with the short forms of the first. */
function namesOf(values: WantedValues): Sought['names'] {
  const [firstName, lastName] = [textOf(values, 'firstName'), textOf(values, 'lastName')]
  if (firstName === null || lastName === null) return []
  const knownAs = textOf(values, 'knownAs')
  const forms = [...(knownAs === null ? [] : [knownAs]), ...formsOf(foldName(firstName))]
  return [
    { firstName, lastName },
    { firstName: lastName, lastName: firstName },
    ...forms.map((form) => ({ firstName: form, lastName })),
  ]
}

function mostSimilar(row: Wanted, candidates: Candidates, at: number): Similar | null {
  return allSimilar(row, candidates, at).sort(bestFirst)[0] ?? null
}

function allSimilar({ localId, values }: Person, candidates: Candidates, at: number): Similar[] {
  const [mobile, email] = [textOf(values, 'mobile'), textOf(values, 'secondaryEmail')]
  const atMobile = mobile === null ? [] : (candidates.byMobile.get(mobile) ?? [])
  const atEmail = email === null ? [] : (candidates.bySecondaryEmail.get(foldKey(email)) ?? [])
  const crowd = { mobile: atMobile.length, secondaryEmail: atEmail.length }
  return [...atMobile, ...atEmail, ...(candidates.byName.get(at) ?? [])].flatMap((account) => {
    const found = resemblance({ ...values, localId }, account.fields, crowd)
    return found === null ? [] : [{ account, ...found }]
  })
}

/** Whoever has left comes behind those who are there. */
function bestFirst(one: Similar, other: Similar): number {
  return (
    compareResemblances(one, other) ||
    Number(hasGone(one.account.status)) - Number(hasGone(other.account.status)) ||
    one.account.id - other.account.id
  )
}

function textOf(values: WantedValues, field: keyof WantedValues): string | null {
  const value = values[field]
  return typeof value === 'string' ? value : null
}
