import sql from 'sql-template-tag'
import type { Clock } from '../clock.ts'
import type { Config } from '../config.ts'
import type { Database, Transaction } from '../database/open.ts'
import type { Log } from '../log.ts'
import type { Queue } from '../queue/open.ts'
import type { Mailer, Message } from './open.ts'

/** What the outbox needs of the portal. */
type Sender = {
  config: Pick<Config, 'mailDomain'>
  database: Database
  queue: Queue
  mailer: Mailer
  clock: Clock
  log: Log
}

/** A message to be sent. With a Message-ID of its own it is queued once, however often this is asked. */
export type Outgoing = Omit<Message, 'messageId'> & { messageId?: string; uploadId?: number }

/**
 * Puts a message into the outbox, in the transaction of what causes it: it leaves exactly if that is committed.
 * @param outgoing.messageId `<…@domain>`; made here when left out
 */
export async function queueMail(tx: Transaction, portal: Sender, outgoing: Outgoing): Promise<void> {
  const now = portal.clock.now()
  const messageId = outgoing.messageId ?? `<${crypto.randomUUID()}@${portal.config.mailDomain}>`
  const { attachment } = outgoing
  await tx.run(sql`insert into mail (message_id, to_address, subject, text, html, attachment_name, attachment,
      upload_id, created_at, next_attempt_at)
    values (${messageId}, ${oneLine(outgoing.to)}, ${oneLine(outgoing.subject)}, ${outgoing.text}, ${outgoing.html},
      ${attachment ? fileName(attachment.name) : null}, ${attachment?.content ?? null},
      ${outgoing.uploadId ?? null}, ${now}, ${now})
    on conflict (message_id) do nothing`)
  await portal.queue.send(tx, 'deliver-mail', {})
}

/** Whether a message was queued already, sent or not. */
export async function isQueued(tx: Transaction, messageId: string): Promise<boolean> {
  return (await tx.row(sql`select 1 from mail where message_id = ${messageId}`)) !== undefined
}

/**
 * Sends what is due, one message at a time. Each is locked while it is sent, so several workers never send the same
 * one; it is noted as sent in that same transaction. (A kill between the two repeats it, under the same Message-ID.)
 * A message that can't be sent is tried again later, for ever; when the server itself can't be reached, so is the rest.
 */
export async function deliverMail(portal: Sender): Promise<void> {
  if (!portal.mailer.sends) return
  while ((await deliverNext(portal)) === 'go on');
}

async function deliverNext(portal: Sender): Promise<'go on' | 'stop'> {
  return portal.database.transaction([], async (tx) => {
    const mail = await tx.row<Mail>(sql`select * from mail
      where sent_at is null and next_attempt_at <= ${portal.clock.now()}
      order by next_attempt_at, id limit 1 for update skip locked`)
    if (mail === undefined) return 'stop'
    const fault = await portal.mailer.send(messageOf(mail)).catch((error: SmtpFault) => error)
    if (fault === undefined) {
      await tx.run(
        sql`update mail set sent_at = ${portal.clock.now()}, last_error = null where id = ${mail.id}`,
      )
      portal.log.info({ mail: mail.id, upload: mail.upload_id }, 'mail sent')
      return 'go on'
    }
    const again = new Date(portal.clock.now().getTime() + waitAfter(mail.attempts + 1))
    await tx.run(sql`update mail set attempts = attempts + 1, next_attempt_at = ${again},
      last_error = ${fault.message} where id = ${mail.id}`)
    portal.log.warn({ mail: mail.id, attempts: mail.attempts + 1, reason: fault.code }, 'mail not sent yet')
    return isAboutTheMessage(fault) ? 'go on' : 'stop'
  })
}

type Mail = {
  id: number
  message_id: string
  to_address: string
  subject: string
  text: string
  html: string
  attachment_name: string | null
  attachment: Buffer | null
  upload_id: number | null
  attempts: number
}

function messageOf(mail: Mail): Message {
  return {
    messageId: mail.message_id,
    to: mail.to_address,
    subject: mail.subject,
    text: mail.text,
    html: mail.html,
    ...(mail.attachment_name !== null && mail.attachment !== null
      ? { attachment: { name: mail.attachment_name, content: mail.attachment } }
      : {}),
  }
}

const MINUTE = 60_000

/** Milliseconds to wait after so many failed attempts: a minute, doubling to an hour. */
export function waitAfter(attempts: number): number {
  return Math.min(MINUTE * 2 ** (attempts - 1), 60 * MINUTE)
}

type SmtpFault = Error & { code?: string }

// The server took the connection and refused this recipient or content: others may still be taken.
function isAboutTheMessage(fault: SmtpFault): boolean {
  return fault.code === 'EENVELOPE' || fault.code === 'EMESSAGE'
}

// Whatever is in a file name or a name, a header stays one line.
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim()
}

function fileName(name: string): string {
  return oneLine(name).replace(/[/\\:*?"<>|]/g, '-')
}
