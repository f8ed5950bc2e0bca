import { setTimeout as sleep } from 'node:timers/promises'
import sql from 'sql-template-tag'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Actor } from '../../src/access/actor.ts'
import { createToken } from '../../src/access/tokens.ts'
import { confirmChangeSet } from '../../src/changes/confirm.ts'
import { findFreePort } from '../../src/database/embedded-server.ts'
import type { Portal } from '../../src/portal.ts'
import { findUpload } from '../../src/uploads/find-uploads.ts'
import { receiveUpload } from '../../src/uploads/receive.ts'
import { makeActor, makeOrganisation, testPortal } from '../support/portal.ts'
import { csv, somebody } from '../support/upload.ts'
import { type Running, running } from './muster.ts'

const ROWS = 30_000

// It takes a second, which is how often workers look; the rest is for a busy machine.
const AT_ONCE_MS = 4_000

let portal: Portal
let ann: Actor
let settings: Record<string, string>
let round = 0

beforeAll(async () => {
  portal = await testPortal()
  const own = await makeOrganisation(portal, 'RX1')
  ann = await makeActor(portal, 'ann@rx1.example', 'local-administrator', own)
  settings = { DATABASE_URL: portal.database.url }
})
afterAll(() => portal[Symbol.asyncDispose]())

test('a worker told to stop in an apply hands it over: another goes on from the mark at once', {
  timeout: 240_000,
}, async () => {
  const leaving = await running(settings, 'serve', '--worker-only')
  const id = await send()
  await until(async () => (await findUpload(portal, ann, id)).status === 'checked')
  const staying = await running(settings, 'serve', '--worker-only')
  await confirmChangeSet(portal, ann, id)
  const apply = await taken([leaving, staying], 'apply-change-set', id)
  await until(async () => (await findUpload(portal, ann, id)).progress.done > 10_000)
  const ended = await apply.by.stop()
  expect(ended).toMatchObject({ code: 0, signal: null })
  const handedOver = logged(apply.by, { job: 'apply-change-set', msg: 'job handed over to another worker' })
  const heir = apply.by === leaving ? staying : leaving
  await until(async () => logged(heir, { job: 'apply-change-set', msg: 'job begins' }).length > 0)
  const [taking] = logged(heir, { job: 'apply-change-set', msg: 'job begins' })
  expect(Date.parse(taking?.time ?? '') - Date.parse(handedOver[0]?.time ?? '')).toBeLessThan(AT_ONCE_MS)
  await until(async () => (await findUpload(portal, ann, id)).status === 'completed')
  await heir.stop()
  expect(await outcome(id)).toEqual({ results: ROWS, written: ROWS, chunks: ROWS / 5_000 })
  expect(ended.stdout + heir.stdout()).not.toMatch(/"level":50/)
})

test('a worker told to stop in a check hands it over: another begins it anew at once', {
  timeout: 240_000,
}, async () => {
  const workers = [
    await running(settings, 'serve', '--worker-only'),
    await running(settings, 'serve', '--worker-only'),
  ] as const
  const id = await send()
  const check = await taken(workers, 'check-upload', id)
  await until(async () => (await findUpload(portal, ann, id)).progress.done > 2_000)
  expect(await check.by.stop()).toMatchObject({ code: 0 })
  const handedOver = logged(check.by, { job: 'check-upload', msg: 'job handed over to another worker' })
  const heir = check.by === workers[0] ? workers[1] : workers[0]
  await until(async () => (await findUpload(portal, ann, id)).status === 'checked')
  const [taking] = logged(heir, { job: 'check-upload', msg: 'job begins' })
  expect(Date.parse(taking?.time ?? '') - Date.parse(handedOver[0]?.time ?? '')).toBeLessThan(AT_ONCE_MS)
  expect((await findUpload(portal, ann, id)).counts).toMatchObject({ rows: ROWS })
  await heir.stop()
})

test('a killed worker’s job is taken up within 15 seconds', { timeout: 240_000 }, async () => {
  const killed = await running(settings, 'serve', '--worker-only')
  const id = await send()
  await until(async () => (await findUpload(portal, ann, id)).status === 'checked')
  const heir = await running(settings, 'serve', '--worker-only')
  await confirmChangeSet(portal, ann, id)
  const { by } = await taken([killed, heir], 'apply-change-set', id)
  await by.stop('SIGKILL')
  const at = Date.now()
  const other = by === killed ? heir : killed
  await until(async () => logged(other, { job: 'apply-change-set', msg: 'job begins' }).length > 0)
  const seconds = (Date.now() - at) / 1_000
  console.log(`A killed worker’s job was taken up after ${seconds.toFixed(1)} s.`)
  expect(seconds).toBeLessThan(15)
  await until(async () => (await findUpload(portal, ann, id)).status === 'completed')
  await other.stop()
  expect((await outcome(id)).results).toBe(ROWS)
})

test('a client that tries again loses nothing while every process is restarted in turn', {
  timeout: 300_000,
}, async () => {
  const token = await createToken(portal, ann.email)
  const ports = [await findFreePort(), await findFreePort()]
  const start = {
    web: (n: number) => running({ ...settings, PORT: String(ports[n]) }, 'serve', '--web-only'),
    worker: () => running(settings, 'serve', '--worker-only'),
  }
  const webs = [await start.web(0), await start.web(1)]
  const workers = [await start.worker(), await start.worker()]
  const accepted: number[] = []
  const refusals = new Set<unknown>()
  let restarting = true
  const clients = Array.from({ length: 4 }, async (_, client) => {
    for (let n = 0; restarting; n++) {
      const key = `client-${client}-${n}`
      const body = csv('LocalID,FirstName,LastName,Mobile', `${key},Jo,Lee,07700900001`)
      accepted.push(await sendUntilTaken(token, ports, client + n, { key, body }, refusals))
      await sleep(400) // what is sent is checked as well, however long the restarts take
    }
  })
  for (const n of [0, 1]) {
    expect(await webs[n]?.stop()).toMatchObject({ code: 0 })
    webs[n] = await start.web(n)
    expect(await workers[n]?.stop()).toMatchObject({ code: 0 })
    workers[n] = await start.worker()
  }
  restarting = false
  await Promise.all(clients)
  // Nothing but connections refused or closed before an answer, and `503` for one that was closing.
  expect([...refusals].filter((one) => one !== 503 && one !== 'TypeError')).toEqual([])
  expect(accepted.length).toBeGreaterThan(20)
  expect(new Set(accepted).size).toBe(accepted.length)
  const { uploads } = (await portal.database.transaction('everything', (tx) =>
    tx.row(sql`select array_agg(id order by id) as uploads from upload where filename = 'rolling.csv'`),
  )) as { uploads: number[] }
  expect(uploads.map(Number)).toEqual(accepted.toSorted((a, b) => a - b))
  await until(async () => {
    const statuses = await portal.database.transaction('everything', (tx) =>
      tx.rows<{ status: string }>(sql`select distinct status from change_set where id = any(${accepted})`),
    )
    return statuses.every(({ status }) => status === 'checked')
  })
  await Promise.all([...webs, ...workers].map((one) => one.stop()))
})

function send(): Promise<number> {
  round++
  const lines = Array.from({ length: ROWS }, (_, n) => `R${round}-${n},${somebody(round * ROWS + n)}`)
  const bytes = Buffer.from(csv('LocalID,FirstName,LastName,Mobile', ...lines))
  return receiveUpload(portal, ann, {
    organisationCode: 'RX1',
    mode: 'create',
    filename: 'many.csv',
    bytes: (async function* () {
      yield bytes
    })(),
  }).then(({ id }) => id)
}

/** As a client does that means to lose nothing: the same key, at the next address, until somebody answers. */
async function sendUntilTaken(
  token: string,
  ports: readonly number[],
  first: number,
  { key, body }: { key: string; body: string },
  refusals: Set<unknown>,
): Promise<number> {
  for (let attempt = first; ; attempt++) {
    const address = `http://127.0.0.1:${ports[attempt % ports.length]}`
    const query = 'organisation=RX1&mode=create&filename=rolling.csv'
    try {
      const answer = await fetch(`${address}/api/v1/uploads?${query}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'text/csv', 'idempotency-key': key },
        body,
      })
      if (answer.status === 202) return ((await answer.json()) as { id: number }).id
      refusals.add(answer.status)
    } catch (error) {
      refusals.add((error as Error).name)
    }
    await sleep(50)
  }
}

type Line = { time: string; job?: string; msg: string; uploadId?: number; changeSetId?: number }

function logged(process: Running, wanted: Partial<Line>): Line[] {
  const lines = process.stdout().split('\n').slice(0, -1)
  const events = lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as Line)
  return events.filter((event) =>
    Object.entries(wanted).every(([name, value]) => event[name as keyof Line] === value),
  )
}

/** Waits until one of them has begun a job about an upload. */
async function taken(processes: readonly Running[], job: string, id: number): Promise<{ by: Running }> {
  for (;;) {
    const by = processes.find((one) =>
      logged(one, { job, msg: 'job begins' }).some((line) => [line.uploadId, line.changeSetId].includes(id)),
    )
    if (by) return { by }
    await sleep(10)
  }
}

async function outcome(id: number): Promise<{ results: number; written: number; chunks: number }> {
  const { results } = await findUpload(portal, ann, id)
  const prefix = `R${round}-%`
  const counted = await portal.database.transaction('everything', (tx) =>
    tx.row<{ written: number; chunks: number }>(sql`select
      (select count(*) from account where local_id like ${prefix}) as written,
      (select count(*) from chunk where change_set_id = ${id}) as chunks`),
  )
  return { results: results.created, ...(counted as { written: number; chunks: number }) }
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await sleep(20)
}
