import sql from 'sql-template-tag'
import { IS_ENDED } from '../changes/status.ts'
import type { Transaction } from '../database/open.ts'

/** What to take: the next upload after an ID, of those that a time has come for. */
type Next = { before: Date; after: number }

/** An upload that ended before a time and has its rows still, locked. */
export async function takeEnded(tx: Transaction, { before, after }: Next): Promise<number | undefined> {
  const found = await tx.row<{ id: number }>(
    sql`select u.id from upload u join change_set s on s.id = u.id
        where u.expired_at is null and ${IS_ENDED}
          and s.completed_at < ${before} and u.id > ${after}
        order by u.id limit 1 for update of u skip locked`,
  )
  return found?.id
}

export async function removeFile(tx: Transaction, id: number, now: Date): Promise<void> {
  await tx.run(sql`delete from upload_block where upload_id = ${id}`)
  await tx.run(sql`delete from upload_bytes where upload_id = ${id}`)
  await tx.run(sql`update upload set expired_at = ${now} where id = ${id}`)
}

/** Warnings of rows that were applied stay with them. What said something of the others goes. */
export async function deleteUnusedKinds(tx: Transaction, id: number): Promise<void> {
  await tx.run(sql`delete from problem_kind where change_set_id = ${id} and number <> all(array(
    select distinct (problem->>0)::integer from change c cross join jsonb_array_elements(c.problems) as problem
    where c.change_set_id = ${id} and jsonb_typeof(problem) = 'array'))`)
}

/** Pieces of files that never arrived whole: their process was killed, or the database was away when they were to go. */
export function deleteStrayBytes(tx: Transaction, before: Date): Promise<number> {
  return tx.run(sql`delete from upload_bytes where upload_id in (
    select upload_id from upload_bytes b where not exists (select from upload u where u.id = b.upload_id)
    group by upload_id having max(arrived_at) < ${before})`)
}

/** Files that were refused for their headings, which nobody has explained since. */
export function deleteRejectedBytes(tx: Transaction, before: Date): Promise<number> {
  return tx.run(sql`delete from upload_bytes b using change_set s
    where s.id = b.upload_id and s.status = 'rejected' and s.completed_at < ${before}`)
}

export function deleteOldIdempotencyKeys(tx: Transaction, before: Date): Promise<number> {
  return tx.run(sql`delete from idempotency_key where created_at < ${before}`)
}
