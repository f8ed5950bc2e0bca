import type { Transaction } from '../database/open.ts'
import { foldKey } from '../directory/address-name.ts'
import { findByIdOrLocalId, findByNameOrSecondaryEmail, type MatchedAccount } from './find-matches.ts'
import type { ValidatedRow } from './validate-row.ts'

/** What a row reaches. `similar` is looked for only where nothing was reached. */
export type Match = {
  byId: MatchedAccount | null
  byLocalId: MatchedAccount | null
  similar: { account: MatchedAccount; why: 'leading-zeros' | 'name-and-mobile' | 'secondary-email' } | null
}

/** Spreadsheets drop leading zeros; so many are tried. */
const ZEROS_TRIED = 8

/** Matches a batch of rows with the organisation's accounts, with two queries however long the batch. */
export async function matchAccounts(
  tx: Transaction,
  organisationId: number,
  rows: readonly ValidatedRow[],
): Promise<Match[]> {
  const keys = rows.flatMap((row) => (row.localId === null ? [] : [foldKey(row.localId)]))
  const ids = rows.flatMap((row) => (row.id === null ? [] : [row.id]))
  const accounts = await findByIdOrLocalId(tx, organisationId, { ids, localIdKeys: keys })
  const byId = new Map(accounts.map((account) => [account.id, account]))
  const byKey = new Map(accounts.map((account) => [account.localIdKey, account]))
  const matches = rows.map(
    (row): Match => ({
      byId: row.id === null ? null : (byId.get(row.id) ?? null),
      byLocalId: row.localId === null ? null : (byKey.get(foldKey(row.localId)) ?? null),
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
  strangers: readonly { row: ValidatedRow; match: Match }[],
): Promise<void> {
  const variants = strangers.flatMap(({ row }) => zeroVariants(row.localId))
  const byZeros = await findByIdOrLocalId(tx, organisationId, { ids: [], localIdKeys: variants })
  const people = await findByNameOrSecondaryEmail(tx, organisationId, {
    names: distinct(
      strangers.flatMap(({ row }) => nameOf(row) ?? []),
      (name) => nameKey(name.firstName, name.lastName),
    ),
    secondaryEmails: strangers.flatMap(({ row }) => textOf(row, 'secondaryEmail') ?? []),
  })
  const zeros = new Map(byZeros.map((account) => [account.localIdKey, account]))
  const byName = grouped(people, (account) => nameKey(account.fields.firstName, account.fields.lastName))
  const byEmail = grouped(people, (account) => fold(account.fields.secondaryEmail))
  for (const { row, match } of strangers) {
    match.similar =
      withZeros(row, zeros) ?? withNameAndMobile(row, byName) ?? withSecondaryEmail(row, byEmail)
  }
}

function withZeros(row: ValidatedRow, zeros: Map<string | null, MatchedAccount>): Match['similar'] {
  const account = zeroVariants(row.localId).flatMap((key) => zeros.get(key) ?? [])[0]
  return account ? { account, why: 'leading-zeros' } : null
}

function withNameAndMobile(row: ValidatedRow, byName: Map<string, MatchedAccount[]>): Match['similar'] {
  const name = nameOf(row)
  const mobile = textOf(row, 'mobile')
  if (!name || mobile === null) return null
  const account = byName
    .get(nameKey(name.firstName, name.lastName))
    ?.find((candidate) => candidate.fields.mobile === mobile)
  return account ? { account, why: 'name-and-mobile' } : null
}

function withSecondaryEmail(row: ValidatedRow, byEmail: Map<string, MatchedAccount[]>): Match['similar'] {
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

function nameOf(row: ValidatedRow): { firstName: string; lastName: string } | null {
  const firstName = textOf(row, 'firstName')
  const lastName = textOf(row, 'lastName')
  return firstName !== null && lastName !== null ? { firstName, lastName } : null
}

function textOf(
  row: ValidatedRow,
  field: 'firstName' | 'lastName' | 'mobile' | 'secondaryEmail',
): string | null {
  const value = row.values[field]
  return typeof value === 'string' ? value : null
}

function nameKey(firstName: unknown, lastName: unknown): string {
  return `${fold(lastName)}\n${fold(firstName)}`
}

function fold(value: unknown): string {
  return typeof value === 'string' ? foldKey(value) : ''
}

/** A thousand rows of one name ask for it once. */
function distinct<T>(items: readonly T[], key: (item: T) => string): T[] {
  return [...new Map(items.map((item) => [key(item), item])).values()]
}

function grouped<T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> {
  return Map.groupBy(items, key)
}
