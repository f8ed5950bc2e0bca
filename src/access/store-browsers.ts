import sql from 'sql-template-tag'
import type { Transaction } from '../database/open.ts'

/** The browser with this secret as one of whoever has the address, if they have signed in with it since then. */
export async function selectBrowserOf(
  tx: Transaction,
  secretHash: Buffer,
  { emailKey, since }: { emailKey: string; since: Date },
): Promise<number | undefined> {
  const found = await tx.row<{ id: number }>(sql`
    select known_browser.id from known_browser join administrator on administrator.id = administrator_id
    where secret_hash = ${secretHash} and used_at > ${since} and email_key = ${emailKey} and disabled_at is null`)
  return found?.id
}

/** The browser goes by another secret, for all who have signed in there. */
export function updateBrowserSecret(tx: Transaction, secretHash: Buffer, next: Buffer) {
  return tx.run(sql`update known_browser set secret_hash = ${next} where secret_hash = ${secretHash}`)
}

export function insertBrowser(tx: Transaction, secretHash: Buffer, administratorId: number, now: Date) {
  return tx.run(sql`
    insert into known_browser (secret_hash, administrator_id, used_at)
    values (${secretHash}, ${administratorId}, ${now})
    on conflict (secret_hash, administrator_id) do update set used_at = excluded.used_at`)
}

export function deleteBrowsersOf(tx: Transaction, administratorId: number) {
  return tx.run(sql`delete from known_browser where administrator_id = ${administratorId}`)
}

/** Those that weren't used since then, and an administrator's beyond so many. */
export async function deleteOldBrowsers(
  tx: Transaction,
  { before, administratorId, most }: { before: Date; administratorId: number; most: number },
): Promise<void> {
  await tx.run(sql`delete from known_browser where used_at <= ${before}`)
  await tx.run(sql`
    delete from known_browser where id in (
      select id from known_browser where administrator_id = ${administratorId}
      order by used_at desc, id desc offset ${most})`)
}
