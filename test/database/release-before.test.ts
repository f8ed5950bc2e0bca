import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { gunzipSync } from 'node:zlib'
import { Client } from 'pg'
import sql from 'sql-template-tag'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { portalOn } from '../../proofs/support/fresh-portal.ts'
import type { Actor } from '../../src/access/actor.ts'
import { findSession } from '../../src/access/sessions.ts'
import { actorForToken } from '../../src/access/tokens.ts'
import { findChangeSet } from '../../src/changes/find-change-sets.ts'
import { accountHistory } from '../../src/changes/history/history.ts'
import type { Status } from '../../src/changes/status.ts'
import { selectTotals } from '../../src/changes/store-totals.ts'
import { migrate, migrationFiles } from '../../src/database/migrate.ts'
import { findAccounts } from '../../src/directory/find-accounts.ts'
import type { Portal } from '../../src/portal.ts'
import { migrateQueue } from '../../src/queue/migrate.ts'
import { findRows } from '../../src/uploads/find-rows.ts'
import { findUpload } from '../../src/uploads/find-uploads.ts'
import { failedRowsFile, problemsFile, resultsFile } from '../../src/uploads/results-file.ts'
import { startWorker } from '../../src/worker/work.ts'
import { emptyDatabase } from '../cli/muster.ts'
import { takeBack } from '../support/undo.ts'
import { apply } from '../support/upload.ts'

// A database as commit 43fba43 left it, when there were 11 migrations: filled by that code's own functions (uploads in
// every status and every mode, possible duplicates decided, a conflict, an edit, a report, mail, jobs that wait), dumped
// by pg_dump --inserts of PostgreSQL 15. Beside it, as JSON, what that code read of it all. Nobody in it is real.
// biome-ignore lint/suspicious/noExplicitAny: what another release said
const then: any = JSON.parse(await unpacked('release-before-as-read.gz'))

let database: Awaited<ReturnType<typeof emptyDatabase>>
let portal: Portal
let ann: Actor

beforeAll(async () => {
  database = await emptyDatabase()
  const client = new Client(database.url)
  await client.connect()
  await client.query(await unpacked('release-before.gz'))
  await client.end()
  const later = (await migrationFiles()).filter((name) => name > '0012')
  expect(await migrate(database.url, () => migrateQueue(database.url))).toEqual(later)
  // At that time: tokens, sessions and uploads have an end.
  const clock = { now: () => new Date(then.at) }
  portal = { ...(await portalOn(database.url)), clock }
  ann = (await actorForToken(portal, then.token)) as Actor
})

afterAll(async () => {
  await portal?.[Symbol.asyncDispose]()
  await database?.[Symbol.asyncDispose]()
})

test('its tokens and sessions hold', async () => {
  expect(ann.email).toBe('ann@rx1.example')
  const session = await findSession(portal, then.session)
  expect(session?.actor.email).toBe('ben@rx1.example')
})

test('every upload, its plan, problems and results are read as that release read them', async () => {
  expect(then.seen).toHaveLength(20)
  for (const { upload, rows, results, failed, problems } of then.seen) {
    const { decidedToCreate, ...asRead } = upload
    const decided = { create: decidedToCreate, update: 0 }
    expect(asJson(await findUpload(portal, ann, upload.id))).toMatchObject({ ...asRead, decided })
    expect(asJson(await findRows(portal, ann, upload.id, { limit: 1000 }))).toMatchObject(rows)
    expect(await file(resultsFile(portal, ann, upload.id))).toEqual(results)
    expect(await file(failedRowsFile(portal, ann, upload.id))).toEqual(failed)
    expect(await file(problemsFile(portal, ann, upload.id))).toEqual(problems)
  }
})

test('so are the accounts and their histories', async () => {
  const { accounts } = await findAccounts(portal, ann, { limit: 100 })
  expect(asJson(accounts)).toMatchObject(then.accounts)
  for (const { id, ...history } of then.histories)
    expect(asJson(await accountHistory(portal, ann, id, { limit: 100 }))).toMatchObject(history)
})

test('the totals are those of all that there was', async () => {
  await portal.database.transaction('everything', async (tx) => {
    const sets = await tx.rows<{ status: Status; uploads: number; updated: number }>(
      sql`select status, count(*) filter (where kind = 'upload') as uploads,
            coalesce(sum((results->>'updated')::integer), 0) as updated from change_set group by status`,
    )
    const { uploads, rowsApplied } = await selectTotals(tx)
    for (const set of sets) expect([set.status, uploads[set.status]]).toEqual([set.status, set.uploads])
    expect(rowsApplied.updated).toBe(sets.reduce((sum, { updated }) => sum + updated, 0))
    expect(rowsApplied.updated).toBeGreaterThan(0)
  })
})

test('what waited is confirmed, and what was applied is taken back', async () => {
  const { upload } = await apply(portal, ann, await findUpload(portal, ann, then.uploads.waiting))
  expect(upload).toMatchObject({ status: 'completed', results: { updated: 2, failed: 0 } })
  expect(await jobTitles()).toMatchObject({ '0001': 'Matron', '0002': 'Driver' })

  await takenBack(then.uploads.applied, { updated: 2 })
  expect(await jobTitles()).toMatchObject({ '0005': 'Clerk', é4: 'Porter' })
  await takenBack(then.uploads.waiting, { updated: 2 })
  expect(await jobTitles()).toMatchObject({ '0001': 'Sister', '0002': null })
  await takenBack(then.uploads.renamed, { updated: 1 })
  await takenBack(then.uploads.bothApplied, { withdrawn: 2 })
  expect(Object.keys(await jobTitles())).not.toContain('91')
})

test('the jobs that waited are done', { timeout: 60_000 }, async () => {
  startWorker(portal)
  const { checking, queued, applying, stopping } = then.uploads
  await expect
    .poll(
      async () => {
        const ids = [checking, queued, applying, stopping]
        return Promise.all(ids.map(async (id) => (await findChangeSet(portal, ann, id)).status))
      },
      { timeout: 50_000, interval: 500 },
    )
    .toEqual(['checked', 'completed', 'completed', 'cancelled'])
})

async function takenBack(id: number, results: Record<string, number>): Promise<void> {
  const undo = await takeBack(portal, ann, id)
  expect(await findChangeSet(portal, ann, undo)).toMatchObject({ status: 'completed', results })
}

async function jobTitles(): Promise<Record<string, string | null>> {
  const { accounts } = await findAccounts(portal, ann, { limit: 100 })
  return Object.fromEntries(accounts.map(({ localId, jobTitle }) => [localId ?? '', jobTitle]))
}

/** What a file holds, or why there is none. */
async function file(made: Promise<{ filename: string; content: AsyncIterable<string> }>) {
  try {
    const { filename, content } = await made
    return { filename, text: await text(Readable.from(content)) }
  } catch (error) {
    return { refused: (error as Error).constructor.name }
  }
}

function asJson(value: unknown) {
  return JSON.parse(JSON.stringify(value))
}

async function unpacked(name: string): Promise<string> {
  return gunzipSync(await readFile(join(import.meta.dirname, name))).toString()
}
