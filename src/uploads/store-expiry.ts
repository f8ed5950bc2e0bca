import sql from 'sql-template-tag'
import { OUTCOME } from '../changes/change.ts'
import { IS_ENDED } from '../changes/status.ts'
import type { Transaction } from '../database/open.ts'

/** What to take: the next upload after an ID, of those that a time has come for. */
type Next = { before: Date; after: number }

/** A change set, an upload or any other, that was planned before a time and never confirmed, locked. */
export async function takeUnconfirmed(tx: Transaction, { before, after }: Next): Promise<number | undefined> {
  const found = await tx.row<{ id: number }>(
    sql`select id from change_set where status = 'checked' and created_at < ${before}
          and id > ${after}
        order by id limit 1 for update skip locked`,
  )
  return found?.id
}

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

/** @returns how many changes went with the file */
export async function removeRows(tx: Transaction, id: number, now: Date): Promise<number> {
  await tx.run(sql`delete from upload_block where upload_id = ${id}`)
  await tx.run(sql`delete from upload_bytes where upload_id = ${id}`)
  await tx.run(sql`delete from mail where change_set_id = ${id}`)
  await tx.run(sql`update upload set expired_at = ${now} where id = ${id}`)
  const removed = await tx.run(sql`delete from change c using change_set s
    where s.id = ${id} and c.change_set_id = s.id and coalesce(${OUTCOME}, '') not in ('updated', 'created', 'withdrawn')`)
  await deleteUnusedKinds(tx, id)
  return removed
}

// Warnings of rows that were applied stay with them. What said something of the others goes.
async function deleteUnusedKinds(tx: Transaction, id: number): Promise<void> {
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

export function deleteOldReportFiles(tx: Transaction, before: Date): Promise<number> {
  return tx.run(sql`delete from report_bytes b using report_run r
    where r.id = b.report_run_id and r.completed_at < ${before}`)
}

export function deleteOldIdempotencyKeys(tx: Transaction, before: Date): Promise<number> {
  return tx.run(sql`delete from idempotency_key where created_at < ${before}`)
}

/** Messages of before, sent or not; but none that is being sent. */
export function deleteOldMail(tx: Transaction, before: Date): Promise<number> {
  return tx.run(sql`delete from mail where id in (
    select id from mail where created_at < ${before} for update skip locked)`)
}

/** Links that have ended, and those whose message went before it was sent. */
export function deleteOldLinks(tx: Transaction, now: Date): Promise<number> {
  return tx.run(sql`delete from one_time_link l where expires_at < ${now}
    or expires_at is null and not exists (select from mail where link_id = l.id)`)
}
