import sql from 'sql-template-tag'
import type { Transaction } from '../database/open.ts'

/** An entry of the audit log as it is kept. */
export type StoredEntry = {
  number: number
  at: Date
  act: string
  byWhom: 'administrator' | 'operator' | 'portal'
  administratorId: number | null
  tokenId: number | null
  organisationId: number | null
  aboutKind: string
  aboutId: number | null
  details: Readonly<Record<string, string | number | boolean | null>>
  /** The keyed hash of the network address, as the log of the program has it. */
  network: string | null
  hash: Buffer
}

export type AuditHead = { number: number; hash: Buffer }

/** The last entry, held until the transaction ends, and the time by the database's clock. */
export async function lockHead(tx: Transaction): Promise<AuditHead & { now: Date }> {
  const head = await tx.row<AuditHead & { now: Date }>(sql`
    select number, hash, date_trunc('milliseconds', clock_timestamp()) as now from audit_head for update`)
  return head as AuditHead & { now: Date }
}

export async function insertEntry(tx: Transaction, entry: StoredEntry): Promise<void> {
  await tx.run(sql`
    insert into audit_entry (number, at, act, by_whom, administrator_id, token_id, organisation_id, about_kind,
      about_id, details, network, hash)
    values (${entry.number}, ${entry.at}, ${entry.act}, ${entry.byWhom}, ${entry.administratorId},
      ${entry.tokenId}, ${entry.organisationId}, ${entry.aboutKind}, ${entry.aboutId},
      ${JSON.stringify(entry.details)}, ${entry.network}, ${entry.hash})`)
  await tx.run(sql`update audit_head set number = ${entry.number}, hash = ${entry.hash}`)
}

export function selectHead(tx: Transaction) {
  return tx.row<AuditHead>(sql`select number, hash from audit_head`)
}

/** The entries as they are kept, from the oldest. */
export function selectStoredEntries(tx: Transaction, after: number, limit: number) {
  return tx.rows<StoredEntry>(sql`
    select number, at, act, by_whom as "byWhom", administrator_id as "administratorId", token_id as "tokenId",
      organisation_id as "organisationId", about_kind as "aboutKind", about_id as "aboutId", details, network, hash
    from audit_entry where number > ${after} order by number limit ${limit}`)
}
