import sql from 'sql-template-tag'
import type { Transaction } from '../../database/open.ts'
import type { FieldName } from '../../directory/fields.ts'
import { WRITES_FIELDS } from '../change.ts'
import { type Chunk, ofChunk } from './write-accounts.ts'

/** An address for an account: `base` and `number` make its part before the @, `key` is it folded. */
export type WantedAddress = {
  accountId: number
  address: string
  key: string
  base: string
  number: number
  isPrimary: boolean
}

/** @returns the keys of the addresses that were free and are the accounts' own now */
export async function insertAddresses(tx: Transaction, wanted: readonly WantedAddress[]): Promise<string[]> {
  const rows = await tx.rows<{ key: string }>(
    sql`insert into address (address_key, address, account_id, organisation_id, is_primary, base, number)
        select key, address, w.account_id, a.organisation_id, w.is_primary, base, number
        from unnest(
          ${wanted.map((one) => one.key)}::text[],
          ${wanted.map((one) => one.address)}::text[],
          ${wanted.map((one) => one.accountId)}::bigint[],
          ${wanted.map((one) => one.isPrimary)}::boolean[],
          ${wanted.map((one) => one.base)}::text[],
          ${wanted.map((one) => one.number)}::integer[]) as w (key, address, account_id, is_primary, base, number)
        cross join lateral (select organisation_id from account where id = w.account_id offset 0) as a
        order by key
        on conflict (address_key) do nothing
        returning address_key as key`,
  )
  return rows.map((row) => row.key)
}

export async function deleteAddresses(
  tx: Transaction,
  unwanted: readonly { accountId: number; key: string }[],
): Promise<void> {
  if (unwanted.length === 0) return
  await tx.run(
    sql`delete from address d
        using unnest(${unwanted.map((one) => one.accountId)}::bigint[], ${unwanted.map((one) => one.key)}::text[])
          as w (account_id, key)
        where d.address_key = w.key and d.account_id = w.account_id`,
  )
}

/** Makes one of each account's addresses its primary one; an account that isn't named keeps what it has. */
export async function choosePrimary(
  tx: Transaction,
  chosen: readonly { accountId: number; key: string }[],
): Promise<void> {
  if (chosen.length === 0) return
  const ids = chosen.map((one) => one.accountId)
  const keys = chosen.map((one) => one.key)
  // It takes two steps, since the index allows no moment with two primary addresses.
  await tx.run(sql`update address set is_primary = false
    where account_id = any(${ids}::bigint[]) and is_primary and address_key <> all(${keys}::text[])`)
  await tx.run(sql`update address set is_primary = true
    where account_id = any(${ids}::bigint[]) and not is_primary and address_key = any(${keys}::text[])`)
}

/**
 * What a chunk's writes of accounts take with them: the addresses that its changes take away, and those of accounts
 * that moved to another organisation.
 * @param fields all that the set's changes write
 * @param except rows that weren't written
 */
export async function followAccounts(
  tx: Transaction,
  chunk: Chunk,
  fields: readonly FieldName[],
  except: readonly number[],
): Promise<void> {
  const written = sql`${ofChunk(chunk)} and ${WRITES_FIELDS} and c.row_number <> all(${[...except]}::integer[])
    and d.account_id = c.account_id`
  if (fields.includes('emailAddress') || fields.includes('aliases')) {
    await tx.run(sql`delete from address d using change c where ${written}
      and c.after->(case when d.is_primary then 'emailAddress' else 'aliases' end) = 'null'`)
  }
  if (fields.includes('organisation')) {
    await tx.run(sql`update address d set organisation_id = a.organisation_id
      from change c join account a on a.id = c.account_id where ${written} and c.after ? 'organisation'`)
  }
}

/** The addresses of accounts that may have moved to another organisation are there with them. */
export async function followMoved(tx: Transaction, accountIds: readonly number[]): Promise<void> {
  if (accountIds.length === 0) return
  await tx.run(sql`update address d set organisation_id = a.organisation_id from account a
    where a.id = d.account_id and a.id = any(${[...accountIds]}::bigint[])`)
}

/** The highest number in use for each base, whichever organisation uses it: that it is taken may be told. */
export async function highestNumbers(
  tx: Transaction,
  organisationIds: readonly number[],
  bases: readonly string[],
): Promise<Map<string, number>> {
  await tx.setScope('everything')
  const rows = await tx.rows<{ base: string; number: number }>(
    sql`select base, max(number) as number from address where base = any(${[...bases]}::text[]) group by base`,
  )
  await tx.setScope(organisationIds)
  return new Map(rows.map((row) => [row.base, row.number]))
}
