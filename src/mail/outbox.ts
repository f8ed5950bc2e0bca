import type { Clock } from '../clock.ts'
import type { Config } from '../config.ts'
import type { Database, Transaction } from '../database/open.ts'
import type { Log } from '../log.ts'
import { MOST_DEATHS } from '../queue/given-up.ts'
import type { Queue } from '../queue/open.ts'
import { hashSecret, makeSecret } from '../secret.ts'
import { withSecret } from './link.ts'
import type { Mailer, Message } from './open.ts'
import {
  allowIdleness,
  insertMail,
  insertMails,
  noteFault,
  noteSent,
  type OfChangeSet,
  type Recipients,
  removeMail,
  takeDueMail,
} from './store.ts'
import { giveSecret } from './store-links.ts'

/** What the outbox needs of the portal. */
type Sender = {
  config: Pick<Config, 'mailDomain'>
  database: Database
  queue: Queue
  mailer: Mailer
  clock: Clock
  log: Log
}

/**
 * A message to be sent. With a Message-ID of its own it is queued once, however often this is asked. One about a
 * change set is its organisation's; any other is seen by nobody whose scope isn't everything.
 */
export type Outgoing = Omit<Message, 'messageId'> & {
  messageId?: string
  changeSet?: OfChangeSet
  linkId?: number
}

/**
 * Puts a message into the outbox, in the transaction of what causes it: it leaves exactly if that is committed.
 * @param outgoing.messageId `<…@domain>`; made here when left out
 */
export async function queueMail(tx: Transaction, portal: Sender, outgoing: Outgoing): Promise<void> {
  const { attachment, ...mail } = outgoing
  const safe = {
    ...mail,
    messageId: mail.messageId ?? `<${crypto.randomUUID()}@${portal.config.mailDomain}>`,
    to: oneLine(mail.to),
    subject: oneLine(mail.subject),
    ...(attachment ? { attachment: { ...attachment, name: fileName(attachment.name) } } : {}),
  }
  await insertMail(tx, safe, portal.clock.now())
  await portal.queue.send(tx, 'deliver-mail', {})
}

/**
 * Puts the same message into the outbox for many, likewise.
 * @param to a query for whom it goes to: `about`, the ID of what it is about, and `address`; each is told once by a change set
 * @param key what the message is, of those that the set causes
 */
export async function queueMails(
  tx: Transaction,
  portal: Sender,
  { to, key, subject, text, html, changeSet }: SameForMany,
): Promise<void> {
  const mail = { subject: oneLine(subject), text, html }
  const ends = { before: `<${key}.${changeSet.id}.`, after: `@${portal.config.mailDomain}>` }
  const queued = await insertMails(tx, { ...mail, changeSet, to, ends }, portal.clock.now())
  if (queued > 0) await portal.queue.send(tx, 'deliver-mail', {})
}

type SameForMany = Pick<Message, 'subject' | 'text' | 'html'> & {
  changeSet: OfChangeSet
  to: Recipients
  key: string
}

/**
 * Sends what is due, one message at a time. Each is locked while it is sent, so several workers never send the same
 * one; it is noted as sent in that same transaction. (A kill between the two repeats it, under the same Message-ID.)
 * A message that can't be sent is tried again later, for ever; when the server itself can't be reached, so is the rest.
 */
export async function deliverMail(portal: Sender, job: { signal?: AbortSignal } = {}): Promise<void> {
  if (!portal.mailer.sends) return
  while ((await deliverNext(portal)) === 'go on') job.signal?.throwIfAborted()
}

async function deliverNext(portal: Sender): Promise<'go on' | 'stop'> {
  return portal.database.transaction('everything', async (tx) => {
    await allowIdleness(tx)
    const now = portal.clock.now()
    const mail = await takeDueMail(tx, now, new Date(now.getTime() + LONGEST_WAIT_MS))
    if (mail === undefined) return 'stop'
    if (mail.isObsolete) {
      await removeMail(tx, mail.id)
      return 'go on'
    }
    const secret = makeSecret()
    const message = mail.linkId === null ? mail.message : withSecret(mail.message, secret)
    const fault = await portal.mailer.send(message).catch((error: SmtpFault) => error)
    if (fault === undefined) {
      if (mail.linkId !== null) await giveSecret(tx, mail.linkId, hashSecret(secret), portal.clock.now())
      await noteSent(tx, mail.id, portal.clock.now())
      portal.log.info({ mail: mail.id, changeSet: mail.changeSetId }, 'mail sent')
      return 'go on'
    }
    const attempts = mail.attempts + 1
    await noteFault(tx, mail.id, fault.message, new Date(now.getTime() + waitAfter(attempts)))
    portal.log.warn({ mail: mail.id, attempts, reason: fault.code }, 'mail not sent yet')
    return isAboutTheMessage(fault) ? 'go on' : 'stop'
  })
}

/**
 * Has the message wait that is due first, when a delivery was given up whose process died each time: most likely it died
 * of this one. The others are sent, and it is tried again in an hour.
 */
export async function putOffMail(portal: Pick<Sender, 'database' | 'clock' | 'log'>): Promise<void> {
  await portal.database.transaction('everything', async (tx) => {
    const now = portal.clock.now()
    const mail = await takeDueMail(tx, now, new Date(now.getTime() + LONGEST_WAIT_MS))
    if (mail === undefined) return
    await noteFault(tx, mail.id, STOPPED, new Date(now.getTime() + LONGEST_WAIT_MS))
    portal.log.warn({ mail: mail.id }, 'mail put off for an hour')
  })
}

const STOPPED = `The portal stopped ${MOST_DEATHS} times while this message was to be sent. Others are sent first.`

const MINUTE = 60_000
const LONGEST_WAIT_MS = 60 * MINUTE

/** Milliseconds to wait after so many failed attempts: a minute, doubling to an hour. */
export function waitAfter(attempts: number): number {
  return Math.min(MINUTE * 2 ** (attempts - 1), LONGEST_WAIT_MS)
}

type SmtpFault = Error & { code?: string }

// Here the server was reached and refused this recipient or content, so it may still take other messages.
function isAboutTheMessage(fault: SmtpFault): boolean {
  return fault.code === 'EENVELOPE' || fault.code === 'EMESSAGE'
}

// A line break in a file's or a person's name must not begin another header.
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim()
}

function fileName(name: string): string {
  return oneLine(name).replace(/[/\\:*?"<>|]/g, '-')
}
