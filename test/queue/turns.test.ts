import type { Db } from 'pg-boss'
import { expect, test } from 'vitest'
import type { Portal } from '../../src/portal.ts'
import { type JobName, lanesOf } from '../../src/queue/jobs.ts'
import { type Claim, claimNext, complete, giveBack } from '../../src/queue/store.ts'
import { testPortal } from '../support/portal.ts'

const LARGE = 0

type Sent = [organisationId: number, by: number]

test('behind 100 files of one person another organisation’s check is next, and then another person’s', async () => {
  await using portal = await testPortal()
  await send(portal, 'check-upload', ...Array.from({ length: 100 }, (): Sent => [1, 10]))
  expect(await serve(portal, 'check-upload', 2)).toEqual(['1 10', '1 10'])
  await send(portal, 'check-upload', [1, 11], [2, 20], [2, 20])
  expect(await serve(portal, 'check-upload', 6)).toEqual(['2 20', '1 11', '2 20', '1 10', '1 10', '1 10'])
})

test('who has been served waits, however many come after', async () => {
  await using portal = await testPortal()
  await send(portal, 'check-upload', [1, 10], [1, 10], [2, 20], [2, 20], [3, 30], [3, 30])
  expect(await serve(portal, 'check-upload', 6)).toEqual(['1 10', '2 20', '3 30', '1 10', '2 20', '3 30'])
})

test('an organisation gets no second place while another waits that has none', async () => {
  await using portal = await testPortal()
  await send(portal, 'check-upload', [1, 10], [1, 11], [1, 12])
  const held = [await claim(portal, 'check-upload'), await claim(portal, 'check-upload')]
  expect(held.map(nameOf)).toEqual(['1 10', '1 11'])
  await send(portal, 'check-upload', [2, 20], [2, 21])
  await act(portal, (db) => complete(db, held[0] as Claim))
  // The second organisation has none, then one as the first.
  expect(nameOf(await claim(portal, 'check-upload'))).toBe('2 20')
  await act(portal, (db) => complete(db, held[1] as Claim))
  expect(nameOf(await claim(portal, 'check-upload'))).toBe('1 12')
  expect(nameOf(await claim(portal, 'check-upload'))).toBe('2 21')
})

test('those who claim at one moment are given different jobs, of different organisations first', async () => {
  await using portal = await testPortal()
  await send(portal, 'check-upload', [1, 10], [1, 11], [2, 20])
  await portal.database.transaction('everything', async (tx) => {
    const first = await claimNext(dbOf(tx), 'check-upload', 1)
    expect([nameOf(first), nameOf(await claim(portal, 'check-upload'))]).toEqual(['1 10', '2 20'])
  })
  expect(nameOf(await claim(portal, 'check-upload'))).toBe('1 11')
})

test('large jobs have turns of their own', async () => {
  await using portal = await testPortal()
  await send(portal, 'check-upload', [1, 10])
  await sendOne(portal, 'check-upload', [2, 20], 1_000_000)
  expect(nameOf(await claim(portal, 'check-upload', LARGE))).toBe('2 20')
  expect(await claim(portal, 'check-upload', LARGE)).toBeUndefined()
  expect(nameOf(await claim(portal, 'check-upload'))).toBe('1 10')
})

test('an organisation’s applies are one at a time, its people in turns; one that is tried again comes first', async () => {
  await using portal = await testPortal()
  await send(portal, 'apply-change-set', [1, 10], [1, 10], [1, 11], [2, 20])
  const first = (await claim(portal, 'apply-change-set')) as Claim
  expect(nameOf(first)).toBe('1 10')
  expect(nameOf(await claim(portal, 'apply-change-set'))).toBe('2 20')
  expect(await claim(portal, 'apply-change-set')).toBeUndefined()
  await act(portal, (db) => giveBack(db, first, 0))
  const again = (await claim(portal, 'apply-change-set')) as Claim
  expect(again.id).toBe(first.id)
  await act(portal, (db) => complete(db, again))
  expect(await serve(portal, 'apply-change-set', 2)).toEqual(['1 11', '1 10'])
})

test.each<JobName>(['send-results', 'run-report'])('%s: people have their turns too', async (name) => {
  await using portal = await testPortal()
  await send(portal, name, [1, 10], [1, 10], [1, 11], [2, 20])
  expect(await serve(portal, name, 4)).toEqual(['1 10', '2 20', '1 11', '1 10'])
})

test('a job of an earlier version, which names no person, is done', async () => {
  await using portal = await testPortal()
  await act(portal, (db) =>
    db.executeSql(`insert into pgboss.job (name, data, priority) values
      ('check-upload', '{"uploadId": 1, "organisationId": 1, "rows": 5}', 1)`),
  )
  expect(await claim(portal, 'check-upload')).toMatchObject({ data: { uploadId: 1 } })
})

function nameOf(job: Claim | undefined): string | undefined {
  const data = job?.data as { organisationId: number; by: number } | undefined
  return data && `${data.organisationId} ${data.by}`
}

/** Does so many jobs, one after the other. @returns whose they were */
async function serve(portal: Portal, name: JobName, jobs: number): Promise<(string | undefined)[]> {
  const served = []
  for (let n = 0; n < jobs; n++) {
    const job = (await claim(portal, name)) as Claim
    await act(portal, (db) => complete(db, job))
    served.push(nameOf(job))
  }
  return served
}

function claim(
  portal: Portal,
  name: JobName,
  priority = lanesOf(name)[0] as number,
): Promise<Claim | undefined> {
  return act(portal, (db) => claimNext(db, name, priority))
}

async function send(portal: Portal, name: JobName, ...jobs: Sent[]): Promise<void> {
  for (const job of jobs) await sendOne(portal, name, job, 5)
}

async function sendOne(portal: Portal, name: JobName, [organisationId, by]: Sent, rows: number) {
  await portal.database.transaction('everything', (tx) =>
    portal.queue.send(tx, name, {
      organisationId,
      by,
      ...(name === 'send-results' ? {} : { rows }),
    } as never),
  )
}

type Query = { query(text: string, values?: unknown[]): ReturnType<Db['executeSql']> }

function dbOf(tx: Query): Db {
  return { executeSql: (text, values) => tx.query(text, values) }
}

function act<T>(portal: Portal, work: (db: Db) => Promise<T>): Promise<T> {
  return portal.database.transaction('everything', (tx) => work(dbOf(tx)))
}
