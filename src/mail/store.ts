import sql, { type Sql } from 'sql-template-tag'
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
  // The statement names no conflict target, since naming one would take the right to see the existing message.
  await tx.run(sql`
    insert into mail (message_id, to_address, subject, text, html, attachment_name, attachment, change_set_id,
      organisation_id, link_id, created_at, next_attempt_at)
    values (${mail.messageId}, ${mail.to}, ${mail.subject}, ${mail.text}, ${mail.html}, ${attachment?.name ?? null},
      ${attachment?.content ?? null}, ${changeSet?.id ?? null}, ${changeSet?.organisationId ?? null}, ${mail.linkId ?? null},
      ${now}, ${now})
    on conflict do nothing`)
}

/** A query for whom a message goes to: `about`, the ID of what it is about, and `address`. */
export type Recipients = Sql

/**
 * The same message for many.
 * @returns how many there are that weren't there already
 */
export function insertMails(
  tx: Transaction,
  mail: Pick<Message, 'subject' | 'text' | 'html'> & {
    changeSet: OfChangeSet
    to: Recipients
    /** What stands before and after `about` in each Message-ID. */
    ends: { before: string; after: string }
  },
  now: Date,
): Promise<number> {
  return tx.run(sql`
    insert into mail (message_id, to_address, subject, text, html, change_set_id, organisation_id, created_at, next_attempt_at)
    select ${mail.ends.before}::text || about || ${mail.ends.after}::text, address, ${mail.subject}, ${mail.text}, ${mail.html},
      ${mail.changeSet.id}, ${mail.changeSet.organisationId}::integer, ${now}, ${now}
    from (${mail.to}) as recipient
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

/** Messages of before, sent or not; but none that is being sent. */
export function deleteOldMail(tx: Transaction, before: Date): Promise<number> {
  return tx.run(sql`delete from mail where id in (
    select id from mail where created_at < ${before} for update skip locked)`)
}

/** The messages about a change set that has had its time. */
export async function deleteMailAbout(tx: Transaction, changeSetId: number): Promise<void> {
  await tx.run(sql`delete from mail where change_set_id = ${changeSetId}`)
}

/** What was sent to people at these addresses; but none that is being sent. */
export async function deleteMailTo(tx: Transaction, addresses: readonly string[]): Promise<void> {
  await tx.run(sql`delete from mail where id in (
    select id from mail where sent_at is not null and lower(to_address) = any(
      select lower(address) from unnest(${[...addresses]}::text[]) as address) for update skip locked)`)
}

/** What was sent about change sets that name these accounts; but none that is being sent. */
export async function deleteMailNaming(tx: Transaction, accountIds: readonly number[]): Promise<void> {
  const ids = sql`any(${[...accountIds]}::bigint[])`
  await tx.run(sql`delete from mail where id in (
    select id from mail where sent_at is not null and change_set_id in (
      select change_set_id from change where account_id = ${ids}
      union select change_set_id from change where similar_account_id = ${ids}) for update skip locked)`)
}
