import sql, { type Sql } from 'sql-template-tag'
import type { Transaction } from '../../database/open.ts'
import { WAS_WRITTEN } from '../change.ts'
import { type Chunk, ofChunk } from './write-accounts.ts'

/** The addresses of those whom a chunk made leavers or deleted. */
export function addressesOfLeavers(chunk: Chunk): Sql {
  return sql`select d.address_key, d.organisation_id from change c join address d on d.account_id = c.account_id
    where ${becomes(chunk, ['Leaver', 'Deleted'])}`
}

/** Whom a chunk made leavers, and under which address they can still be told. */
export function leaversToTell(chunk: Chunk): Sql {
  return sql`select a.id as about, a.secondary_email as address from change c join account a on a.id = c.account_id
    where ${becomes(chunk, ['Leaver'])} and a.secondary_email is not null`
}

export async function selectOrganisationName(tx: Transaction, id: number): Promise<string> {
  const found = await tx.row<{ name: string }>(sql`select name from organisation where id = ${id}`)
  return (found as { name: string }).name
}

function becomes(chunk: Chunk, statuses: readonly string[]): Sql {
  return sql`${ofChunk(chunk)} and ${WAS_WRITTEN} and c.after->>'status' = any(${[...statuses]}::text[])
    and not coalesce('status' = any(c.unwritten), false)`
}
