import sql from 'sql-template-tag'
import type { Transaction } from '../database/open.ts'

/** @returns the accounts that got the address they wanted; for the others it is taken */
export async function insertAddresses(
  tx: Transaction,
  organisationId: number,
  wanted: readonly { accountId: number; address: string; key: string; base: string; number: number }[],
): Promise<number[]> {
  const rows = await tx.rows<{ accountId: number }>(
    sql`insert into address (address_key, address, account_id, organisation_id, is_primary, base, number)
        select key, address, account_id, ${organisationId}, true, base, number
        from unnest(
          ${wanted.map((one) => one.key)}::text[],
          ${wanted.map((one) => one.address)}::text[],
          ${wanted.map((one) => one.accountId)}::bigint[],
          ${wanted.map((one) => one.base)}::text[],
          ${wanted.map((one) => one.number)}::integer[]) as w (key, address, account_id, base, number)
        order by key
        on conflict (address_key) do nothing
        returning account_id as "accountId"`,
  )
  return rows.map((row) => row.accountId)
}

/** The highest number in use for each base, whichever organisation uses it: that it is taken may be told. */
export async function highestNumbers(
  tx: Transaction,
  organisationId: number,
  bases: readonly string[],
): Promise<Map<string, number>> {
  await tx.setScope('everything')
  const rows = await tx.rows<{ base: string; number: number }>(
    sql`select base, max(number) as number from address where base = any(${bases}::text[]) group by base`,
  )
  await tx.setScope([organisationId])
  return new Map(rows.map((row) => [row.base, row.number]))
}
