import sql from 'sql-template-tag'
import type { Transaction } from '../database/open.ts'

/** A link that has no secret yet, and how long it will work once it has. */
export async function insertLink(
  tx: Transaction,
  administratorId: number,
  lastsSeconds: number,
): Promise<number> {
  const made = await tx.row<{ id: number }>(sql`
    insert into one_time_link (administrator_id, lasts)
    values (${administratorId}, make_interval(secs => ${lastsSeconds})) returning id`)
  return made?.id as number
}

export function selectLink(tx: Transaction, tokenHash: Buffer, now: Date) {
  return tx.row<{ administratorId: number }>(sql`
    select administrator_id as "administratorId" from one_time_link
    where token_hash = ${tokenHash} and used_at is null and expires_at > ${now}`)
}

/** Uses a link up: of two requests with the same link, one gets the administrator. */
export function takeLink(tx: Transaction, tokenHash: Buffer, now: Date) {
  return tx.row<{ administratorId: number }>(sql`
    update one_time_link set used_at = ${now}
    where token_hash = ${tokenHash} and used_at is null and expires_at > ${now}
    returning administrator_id as "administratorId"`)
}

/** What other links an administrator has are of no use once the password is set. */
export function useUpLinksOf(tx: Transaction, administratorId: number, now: Date) {
  return tx.run(sql`
    update one_time_link set used_at = ${now} where administrator_id = ${administratorId} and used_at is null`)
}

/** A link gets its secret, in the place of one that it had before, unless it was used; its time begins. */
export async function giveSecret(tx: Transaction, linkId: number, hash: Buffer, now: Date): Promise<void> {
  await tx.run(sql`update one_time_link set token_hash = ${hash}, expires_at = ${now}::timestamptz + lasts
    where id = ${linkId} and used_at is null`)
}

/** The text and the link of a message that was not sent, unless it has none or its link is of no use any more. */
export function selectWaitingLink(
  tx: Transaction,
  mailId: number,
): Promise<{ linkId: number; text: string } | undefined> {
  return tx.row(sql`
    select l.id as "linkId", m.text from mail m join one_time_link l on l.id = m.link_id
    where m.id = ${mailId} and m.sent_at is null and l.used_at is null for update of l`)
}

/** Links that have ended, and those whose message went before it was sent. */
export function deleteOldLinks(tx: Transaction, now: Date): Promise<number> {
  return tx.run(sql`delete from one_time_link l where expires_at < ${now}
    or expires_at is null and not exists (select from mail where link_id = l.id)`)
}
