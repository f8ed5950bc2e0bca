import sql from 'sql-template-tag'
import type { Transaction } from '../database/open.ts'
import type { Message } from './open.ts'

/** The upload that a message tells of, and whose it is. */
export type OfUpload = { id: number; organisationId: number }

/** Does nothing when a message with this Message-ID is there already. */
export async function insertMail(
  tx: Transaction,
  { attachment, upload, ...mail }: Message & { upload?: OfUpload },
  now: Date,
): Promise<void> {
  // Which key is in conflict isn't named: who names it must be allowed to see the message that is there.
  await tx.run(sql`
    insert into mail (message_id, to_address, subject, text, html, attachment_name, attachment, upload_id,
      organisation_id, created_at, next_attempt_at)
    values (${mail.messageId}, ${mail.to}, ${mail.subject}, ${mail.text}, ${mail.html}, ${attachment?.name ?? null},
      ${attachment?.content ?? null}, ${upload?.id ?? null}, ${upload?.organisationId ?? null}, ${now}, ${now})
    on conflict do nothing`)
}

/** Whether a message was queued already, sent or not. */
export async function isQueued(tx: Transaction, messageId: string): Promise<boolean> {
  return (await tx.row(sql`select 1 from mail where message_id = ${messageId}`)) !== undefined
}

export type DueMail = { id: number; uploadId: number | null; attempts: number; message: Message }

/** Lets the transaction wait for a slow mail server: cut off after sending, it would send the same message again. */
export async function allowIdleness(tx: Transaction): Promise<void> {
  await tx.run(sql`select set_config('idle_in_transaction_session_timeout', '2h', true)`)
}

/**
 * The message that is due first and that nobody else is sending; held until the transaction's end.
 * @param latest no message waits for longer: a time beyond it is of a clock that was ahead, and counts as due
 */
export async function takeDueMail(tx: Transaction, now: Date, latest: Date): Promise<DueMail | undefined> {
  const mail = await tx.row<
    Omit<Message, 'attachment'> & Omit<DueMail, 'message'> & { name: string | null; content: Buffer | null }
  >(sql`
    select id, upload_id as "uploadId", attempts, message_id as "messageId", to_address as to, subject, text, html,
      attachment_name as name, attachment as content
    from mail where sent_at is null and (next_attempt_at <= ${now} or next_attempt_at > ${latest})
    order by next_attempt_at, id limit 1 for update skip locked`)
  if (mail === undefined) return undefined
  const { id, uploadId, attempts, name, content, ...message } = mail
  const attachment = name === null || content === null ? {} : { attachment: { name, content } }
  return { id, uploadId, attempts, message: { ...message, ...attachment } }
}

export async function noteSent(tx: Transaction, id: number, now: Date): Promise<void> {
  await tx.run(sql`update mail set sent_at = ${now}, last_error = null where id = ${id}`)
}

export async function noteFault(
  tx: Transaction,
  id: number,
  fault: string,
  nextAttempt: Date,
): Promise<void> {
  await tx.run(sql`update mail set attempts = attempts + 1, last_error = ${fault}, next_attempt_at = ${nextAttempt}
    where id = ${id}`)
}
