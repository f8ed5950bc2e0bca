import sql, { empty } from 'sql-template-tag'
import type { Transaction } from '../database/open.ts'
import { NotFound } from '../errors.ts'

/** A message as the outbox page lists it. */
export type MailSummary = {
  id: number
  to: string
  subject: string
  createdAt: Date
  sentAt: Date | null
  attempts: number
  lastError: string | null
}

/** A message as it was, or will be, sent. */
export type SentMail = MailSummary & { text: string; attachmentName: string | null; linkWaits: boolean }

const SUMMARY = sql`id, to_address as "to", subject, created_at as "createdAt", sent_at as "sentAt", attempts,
  last_error as "lastError"`

/** Newest first. @param page.before the ID that the page before ended with */
export function listMail(tx: Transaction, page: { before?: number; limit: number }): Promise<MailSummary[]> {
  return tx.rows(sql`select ${SUMMARY} from mail
    ${page.before === undefined ? empty : sql`where id < ${page.before}`} order by id desc limit ${page.limit}`)
}

export function selectMail(tx: Transaction, id: number): Promise<SentMail | undefined> {
  return tx.row(sql`select ${SUMMARY}, text, attachment_name as "attachmentName",
      sent_at is null and exists (select from one_time_link l where l.id = link_id and used_at is null) as "linkWaits"
    from mail where id = ${id}`)
}

export function selectAttachment(tx: Transaction, id: number): Promise<{ name: string } | undefined> {
  return tx.row(sql`select attachment_name as name from mail where id = ${id} and attachment is not null`)
}

const PIECE_BYTES = 1024 * 1024

/**
 * An attachment's bytes, a piece of 1 MiB at a time.
 * @param inTransaction each piece is read in one of its own
 */
export async function* attachmentPieces(
  id: number,
  inTransaction: <T>(work: (tx: Transaction) => Promise<T>) => Promise<T>,
): AsyncGenerator<Buffer> {
  for (let from = 1; ; from += PIECE_BYTES) {
    const read = await inTransaction((tx) =>
      tx.row<{ bytes: Buffer }>(
        sql`select substring(attachment from ${from} for ${PIECE_BYTES}) as bytes from mail where id = ${id}`,
      ),
    )
    if (read === undefined) throw new NotFound('This attachment has been removed.')
    if (read.bytes.length === 0) return
    yield read.bytes
  }
}
