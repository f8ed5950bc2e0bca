import sql, { type Sql } from 'sql-template-tag'
import type { Transaction } from '../database/open.ts'

/** One try at something that is limited, and whose: an account is a hash of the address that was given. */
export type Attempt = {
  what: string
  account: string
  /** The network, the known browser, or the session that it comes from. */
  by: string
  isKnown: boolean
  /** None of one that is known: it is counted by itself. */
  address: string | null
}

/** Attempts that are counted together. */
export type Together = Pick<Attempt, 'what'> &
  (Pick<Attempt, 'account' | 'by'> | (Pick<Attempt, 'account'> & { isKnown: false }) | { address: string })

/** When the last but so many of them was made, since then; undefined where there aren't so many. */
export async function selectLastBut(
  tx: Transaction,
  together: Together,
  { before, since }: { before: number; since: Date },
): Promise<Date | undefined> {
  const found = await tx.row<{ at: Date }>(sql`
    select at from attempt where what = ${together.what} and ${conditionOf(together)} and at > ${since}
    order by at desc offset ${before} limit 1`)
  return found?.at
}

function conditionOf(together: Together): Sql {
  if ('address' in together) return sql`address = ${together.address}`
  if ('by' in together) return sql`account = ${together.account} and by = ${together.by}`
  return sql`account = ${together.account} and not is_known`
}

export function insertAttempt(tx: Transaction, { what, account, by, isKnown, address }: Attempt, at: Date) {
  return tx.run(sql`
    insert into attempt (what, account, by, is_known, address, at)
    values (${what}, ${account}, ${by}, ${isKnown}, ${address}, ${at})`)
}

/** Of many at once with this key, one at a time counts and is counted, until its transaction ends. */
export function lockAttempts(tx: Transaction, key: string) {
  return tx.run(sql`select pg_advisory_xact_lock(hashtextextended(${key}, 0))`)
}

export function deleteAttempts(tx: Transaction, { what, account, by }: Omit<Attempt, 'isKnown' | 'address'>) {
  return tx.run(sql`delete from attempt where what = ${what} and account = ${account} and by = ${by}`)
}

export function deleteAttemptsAt(tx: Transaction, account: string) {
  return tx.run(sql`delete from attempt where account = ${account}`)
}

export function deleteAttemptsBefore(tx: Transaction, before: Date) {
  return tx.run(sql`delete from attempt where at < ${before}`)
}

export function forgetAddressesBefore(tx: Transaction, before: Date) {
  return tx.run(sql`update attempt set address = null where address is not null and at < ${before}`)
}
