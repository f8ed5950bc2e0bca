import sql from 'sql-template-tag'
import { emailKey } from '../access/email.ts'
import type { Transaction } from '../database/open.ts'
import { foldKey } from '../directory/address-name.ts'

/** Who of this name or address has made or confirmed changes of the organisation. */
export async function selectAdministratorsCalled(
  tx: Transaction,
  organisationId: number,
  text: string,
): Promise<number[]> {
  if (text.includes('\0')) return []
  const found = await tx.rows<{ id: number }>(sql`
    select id from administrator a where (email_key = ${emailKey(text)} or lower(name) = lower(${text}))
      and exists (select from change_set s where s.organisation_id = ${organisationId} and a.id in (s.created_by, s.confirmed_by))
    order by id`)
  return found.map(({ id }) => id)
}

/** The ID of the organisation's account that has this local ID, address or ID: the first that there is. */
export async function selectPerson(
  tx: Transaction,
  organisationId: number,
  text: string,
): Promise<number | undefined> {
  if (text.includes('\0')) return undefined
  const key = foldKey(text)
  const id = /^\d{1,15}$/.test(text) ? Number(text) : null
  const found = await tx.row<{ id: number }>(sql`
    select a.id from account a where a.organisation_id = ${organisationId} and (a.local_id_key = ${key} or a.id = ${id}::bigint
      or a.id in (select account_id from address where address_key = ${key} and organisation_id = ${organisationId}))
    order by a.local_id_key is distinct from ${key}, a.id limit 1`)
  return found?.id
}
