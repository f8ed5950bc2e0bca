import sql from 'sql-template-tag'
import type { Transaction } from '../database/open.ts'
import { ROW_BYTES } from './counted-size.ts'

/** What an organisation has waiting for its check, for a confirmation, or for a word on its headings, and what that counts. */
export type Waiting = { files: number; bytes: number }

export async function selectWaiting(tx: Transaction, organisationId: number): Promise<Waiting> {
  const found = await tx.row<Waiting>(
    sql`select count(*) filter (where s.status <> 'rejected') as files, coalesce(sum(u.size_bytes + ${ROW_BYTES}::bigint * u.lines), 0)::bigint as bytes
        from change_set s join upload u on u.id = s.id
        where s.organisation_id = ${organisationId} and (s.status in ('checking', 'checked') or s.status = 'rejected'
            and exists (select from upload_bytes b where b.upload_id = u.id))`,
  )
  return found as Waiting
}

/** The bytes of files that are still arriving and began no later than this one, so that of two the first goes on. */
export async function selectArriving(
  tx: Transaction,
  organisationId: number,
  uploadId: number,
): Promise<number> {
  const found = await tx.row<{ bytes: number }>(
    sql`select coalesce(sum(octet_length(bytes)), 0)::bigint as bytes from upload_bytes b
        where organisation_id = ${organisationId} and upload_id <= ${uploadId}
          and not exists (select from upload u where u.id = b.upload_id)`,
  )
  return found?.bytes ?? 0
}

/** Has the organisation's uploads made one after the other, from here to the transaction's end. */
export async function lockWaiting(tx: Transaction, organisationId: number): Promise<void> {
  await tx.row(sql`select pg_advisory_xact_lock(hashtext('waiting-uploads'), ${organisationId}::integer)`)
}
