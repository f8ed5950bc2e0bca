import type { Transaction } from '../../database/open.ts'
import { foldKey } from '../../directory/address-name.ts'
import {
  type MatchedAccount,
  selectByIdOrLocalId,
  selectByNameAndMobile,
  selectBySecondaryEmail,
} from './find-matches.ts'
import type { Wanted } from './wanted.ts'

/** What a row reaches. `similar` is looked for only where nothing was reached. */
export type Match = {
  byId: MatchedAccount | null
  byLocalId: MatchedAccount | null
  similar: { account: MatchedAccount; why: 'leading-zeros' | 'name-and-mobile' | 'secondary-email' } | null
}

/** Spreadsheets drop leading zeros; so many are tried. */
const ZEROS_TRIED = 8

/** Matches a batch of rows with the organisation’s accounts: one query, and three more where rows reach nobody. */
export async function matchAccounts(
  tx: Transaction,
  organisationId: number,
  rows: readonly Wanted[],
): Promise<Match[]> {
  if (rows.length === 0) return []
  const wanted = rows.map(({ id, localId }) => ({
    id,
    localIdKey: localId === null ? null : foldKey(localId),
  }))
  const accounts = await selectByIdOrLocalId(
    tx,
    organisationId,
    distinct(wanted, ({ id, localIdKey }) => `${id} ${localIdKey}`),
  )
  const byId = new Map(accounts.map((account) => [account.id, account]))
  const byKey = new Map(accounts.map((account) => [account.localIdKey, account]))
  const matches = wanted.map(
    ({ id, localIdKey }): Match => ({
      byId: id === null ? null : (byId.get(id) ?? null),
      byLocalId: localIdKey === null ? null : (byKey.get(localIdKey) ?? null),
      similar: null,
    }),
  )
  const strangers = rows.flatMap((row, at) => {
    const match = matches[at] as Match
    return match.byId === null && match.byLocalId === null ? [{ row, match }] : []
  })
  if (strangers.length > 0) await lookForSimilar(tx, organisationId, strangers)
  return matches
}

async function lookForSimilar(
  tx: Transaction,
  organisationId: number,
  strangers: readonly { row: Wanted; match: Match }[],
): Promise<void> {
  const variants = new Set(strangers.flatMap(({ row }) => zeroVariants(row.localId)))
  const wanted = [...variants].map((localIdKey) => ({ id: null, localIdKey }))
  const byZeros = await selectByIdOrLocalId(tx, organisationId, wanted)
  const named = strangers.flatMap(({ row }) => personOf(row) ?? [])
  const people = await selectByNameAndMobile(tx, organisationId, distinct(named, personKey))
  const emails = new Set(strangers.flatMap(({ row }) => textOf(row, 'secondaryEmail') ?? []))
  const reachable = await selectBySecondaryEmail(tx, organisationId, [...emails])
  const zeros = new Map(byZeros.map((account) => [account.localIdKey, account]))
  const byPerson = Map.groupBy(people, (account) => personKey(account.fields))
  const byEmail = Map.groupBy(reachable, (account) => fold(account.fields.secondaryEmail))
  for (const { row, match } of strangers) {
    match.similar =
      withZeros(row, zeros) ?? withNameAndMobile(row, byPerson) ?? withSecondaryEmail(row, byEmail)
  }
}

function withZeros(row: Wanted, zeros: Map<string | null, MatchedAccount>): Match['similar'] {
  const account = zeroVariants(row.localId).flatMap((key) => zeros.get(key) ?? [])[0]
  return account ? { account, why: 'leading-zeros' } : null
}

function withNameAndMobile(row: Wanted, byPerson: Map<string, MatchedAccount[]>): Match['similar'] {
  const person = personOf(row)
  const account = person === null ? undefined : byPerson.get(personKey(person))?.[0]
  return account ? { account, why: 'name-and-mobile' } : null
}

function withSecondaryEmail(row: Wanted, byEmail: Map<string, MatchedAccount[]>): Match['similar'] {
  const email = textOf(row, 'secondaryEmail')
  const account = email === null ? undefined : byEmail.get(fold(email))?.[0]
  return account ? { account, why: 'secondary-email' } : null
}

/** The same local ID with leading zeros lost, or found again. */
function zeroVariants(localId: string | null): string[] {
  if (localId === null) return []
  const key = foldKey(localId)
  const bare = key.replace(/^0+/, '')
  if (bare === '') return []
  const padded = Array.from({ length: ZEROS_TRIED }, (_, zeros) => '0'.repeat(zeros) + bare)
  return padded.filter((variant) => variant !== key)
}

function personOf(row: Wanted): { firstName: string; lastName: string; mobile: string } | null {
  const firstName = textOf(row, 'firstName')
  const lastName = textOf(row, 'lastName')
  const mobile = textOf(row, 'mobile')
  return firstName !== null && lastName !== null && mobile !== null ? { firstName, lastName, mobile } : null
}

function textOf(row: Wanted, field: 'firstName' | 'lastName' | 'mobile' | 'secondaryEmail'): string | null {
  const value = row.values[field]
  return typeof value === 'string' ? value : null
}

function personKey({ firstName, lastName, mobile }: Record<string, unknown>): string {
  return `${fold(lastName)}\n${fold(firstName)}\n${mobile}`
}

function fold(value: unknown): string {
  return typeof value === 'string' ? foldKey(value) : ''
}

/** A thousand rows of one person ask for them once. */
function distinct<T>(items: readonly T[], key: (item: T) => string): T[] {
  return [...new Map(items.map((item) => [key(item), item])).values()]
}
