import { setTimeout as sleep } from 'node:timers/promises'
import { parse } from 'csv-parse/sync'
import type { Stand } from './stand.ts'

const PATIENCE_MS = 180_000

/** Every row has its outcome, each person was changed once more, the history covers it, and the message came once. */
export async function endedAsIfNothingHadBeen(stand: Stand, id: number, title: string): Promise<void> {
  const { people, client } = stand
  const { results } = await client.show(id)
  expectSame('outcomes', results, { updated: people, created: 0, unchanged: 0, skipped: 0, failed: 0 })
  const rows: { LocalID: string; Result: string }[] = parse(await client.results(id), {
    columns: true,
    bom: true,
  })
  const updated = new Set(rows.flatMap((row) => (row.Result === 'Updated' ? [row.LocalID] : [])))
  expectSame('the results file', { rows: rows.length, people: updated.size }, { rows: people, people })
  await tablesAgree(stand, id, title)
  await mailedOnce(stand, id)
}

async function tablesAgree(stand: Stand, id: number, title: string): Promise<void> {
  await untilSo(async () => (await leftOver(stand)) === 0)
  const [tables] = await stand.sql<Record<string, number>>(
    `select (select count(*) from account)::integer as accounts,
       (select count(*) from account where version = $1 and job_title = $2)::integer as written,
       (select count(distinct account_id) from change where change_set_id = $3)::integer as changed,
       (select sum(to_row - from_row + 1) from chunk where change_set_id = $3)::integer as covered,
       (select count(*) from upload)::integer as uploads`,
    [stand.rounds + 1, title, id],
  )
  const { people } = stand
  expectSame('the tables', tables ?? {}, {
    accounts: people,
    written: people,
    changed: people,
    covered: people,
    uploads: stand.taken,
  })
}

// Bytes of files that are checked, and transactions that nobody ends.
async function leftOver(stand: Stand): Promise<number> {
  const [left] = await stand.sql<{ left: number }>(
    `select (select count(*) from upload_bytes b where not exists (
         select from change_set s where s.id = b.upload_id and s.status in ('checking', 'checked', 'rejected')))::integer
       + (select count(*) from pg_stat_activity where datname = current_database()
           and state like 'idle in transaction%' and state_change < now() - interval '20 seconds')::integer as left`,
  )
  return left?.left ?? 0
}

async function mailedOnce(stand: Stand, id: number): Promise<void> {
  await untilSo(async () => {
    const mails = await stand.sql<{ sent: boolean }>(
      'select sent_at is not null as sent from mail where change_set_id = $1',
      [id],
    )
    if (mails.length > 1) throw new Error(`the outbox has ${mails.length} messages about the upload`)
    return mails[0]?.sent === true
  })
  const own = stand.mail.accepted.filter((mail) => mail.messageId?.startsWith(`<results.${id}@`))
  // Cut off between sending and noting it, it comes a second time, under the same Message-ID.
  if (own.length < 1 || own.length > 2) throw new Error(`the message came ${own.length} times`)
}

async function untilSo(isSo: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + PATIENCE_MS; !(await isSo()); await sleep(100))
    if (Date.now() > end) throw new Error(`waited ${PATIENCE_MS / 1000} s in vain`)
}

function expectSame(what: string, is: Record<string, unknown>, wanted: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(wanted))
    if (is[name] !== value) throw new Error(`${what}: ${name} is ${is[name]}, expected ${value}`)
}
