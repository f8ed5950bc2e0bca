import sql from 'sql-template-tag'
import type { Transaction } from '../database/open.ts'
import type { Message } from './open.ts'

/** The change set that a message tells of, and whose it is. */
export type OfChangeSet = { id: number; organisationId: number }

/** Does nothing when a message with this Message-ID is there already. */
export async function insertMail(
  tx: Transaction,
  { attachment, changeSet, ...mail }: Message & { changeSet?: OfChangeSet; linkId?: number },
  now: Date,
): Promise<void> {
  // Which key is in conflict isn't named: who names it must be allowed to see the message that is there.
  await tx.run(sql`
    insert into mail (message_id, to_address, subject, text, html, attachment_name, attachment, change_set_id,
      organisation_id, link_id, created_at, next_attempt_at)
    values (${mail.messageId}, ${mail.to}, ${mail.subject}, ${mail.text}, ${mail.html}, ${attachment?.name ?? null},
      ${attachment?.content ?? null}, ${changeSet?.id ?? null}, ${changeSet?.organisationId ?? null}, ${mail.linkId ?? null},
      ${now}, ${now})
    on conflict do nothing`)
}

/** Whether a message was queued already, sent or not. */
export async function isQueued(tx: Transaction, messageId: string): Promise<boolean> {
  return (await tx.row(sql`select 1 from mail where message_id = ${messageId}`)) !== undefined
}

export type DueMail = {
  id: number
  changeSetId: number | null
  attempts: number
  linkId: number | null
  /** Its link is of no use any more: the password was set meanwhile. */
  isObsolete: boolean
  message: Message
}

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
    select m.id, m.change_set_id as "changeSetId", m.attempts, m.message_id as "messageId", m.to_address as to, m.subject,
      m.text, m.html, m.attachment_name as name, m.attachment as content, m.link_id as "linkId",
      m.link_id is not null and (l.id is null or l.used_at is not null) as "isObsolete"
    from mail m left join one_time_link l on l.id = m.link_id
    where m.sent_at is null and (m.next_attempt_at <= ${now} or m.next_attempt_at > ${latest})
    order by m.next_attempt_at, m.id limit 1 for update of m skip locked`)
  if (mail === undefined) return undefined
  const { id, changeSetId, attempts, linkId, isObsolete, name, content, ...message } = mail
  const attachment = name === null || content === null ? {} : { attachment: { name, content } }
  return { id, changeSetId, attempts, linkId, isObsolete, message: { ...message, ...attachment } }
}

export async function removeMail(tx: Transaction, id: number): Promise<void> {
  await tx.run(sql`delete from mail where id = ${id}`)
}

/** A link gets its secret, in the place of one that it had before, unless it was used; its time begins. */
export async function giveSecret(tx: Transaction, linkId: number, hash: Buffer, now: Date): Promise<void> {
  await tx.run(sql`update one_time_link set token_hash = ${hash}, expires_at = ${now}::timestamptz + lasts
    where id = ${linkId} and used_at is null`)
}

/** The text and the link of a message that was not sent, unless it has none or its link is of no use any more. */
export function findWaitingLink(
  tx: Transaction,
  mailId: number,
): Promise<{ linkId: number; text: string } | undefined> {
  return tx.row(sql`
    select l.id as "linkId", m.text from mail m join one_time_link l on l.id = m.link_id
    where m.id = ${mailId} and m.sent_at is null and l.used_at is null for update of l`)
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
