import type { Db } from 'pg-boss'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Portal } from '../../src/portal.ts'
import { carryOut, type Means, type Work } from '../../src/queue/carry-out.ts'
import { MOST_DEATHS, MOST_ERRORS } from '../../src/queue/given-up.ts'
import { HandedOver } from '../../src/queue/handed-over.ts'
import { isStuck } from '../../src/queue/heart.ts'
import type { JobName } from '../../src/queue/jobs.ts'
import { openRoom, type Room } from '../../src/queue/room.ts'
import { type Claim, claimNext, noteBeginning, takeFromTheSilent } from '../../src/queue/store.ts'
import { testPortal } from '../support/portal.ts'

const SMALL = 1

let portal: Portal
let room: Room
let stopping: AbortController
let did: string[]

beforeAll(async () => {
  portal = await testPortal({ logLevel: 'fatal' })
})
afterAll(() => portal[Symbol.asyncDispose]())
beforeEach(async () => {
  await db.executeSql('delete from pgboss.job')
  await db.executeSql('delete from job_beginning')
  room = openRoom()
  stopping = new AbortController()
  did = []
})

test('a job that its process died of three times isn’t begun again; the next one is done', async () => {
  await send('check-upload', 1, 2)
  for (let deaths = 0; deaths < MOST_DEATHS; deaths++) expect(await die()).toMatchObject({ deaths })
  await carryNext(working())
  expect(did).toEqual(['give up 1: died'])
  await carryNext(working())
  expect(did).toEqual(['give up 1: died', 'run 2'])
  expect(await beginnings()).toBe(0)
})

test('handed over, or in an outage, however often, a job goes on', async () => {
  await send('check-upload', 1)
  await die()
  await die()
  const away = Object.assign(new Error('away'), { code: 'ECONNREFUSED' })
  for (const fault of [new HandedOver('a deploy'), away, new HandedOver('a deploy'), away])
    await carryNext(working(fault))
  expect(await claim()).toMatchObject({ deaths: 2, errors: 0 })
})

test('errors have a limit of their own', async () => {
  await send('check-upload', 1)
  await die()
  for (let n = 0; n < MOST_ERRORS; n++) await carryNext(working(new Error('of ours')))
  expect(did).toEqual([...Array(MOST_ERRORS).fill('run 1'), 'give up 1: failed'])
  expect(await claim()).toBeUndefined()
})

test('what nobody would hear of otherwise is tried for ever after errors, and given up after deaths', async () => {
  await send('send-results', 1)
  for (let n = 0; n < 2 * MOST_ERRORS; n++) await carryNext(working(new Error('of ours')), 'send-results')
  expect(did).not.toContain('give up 1: failed')
  for (let n = 0; n < MOST_DEATHS; n++) await die('send-results')
  await carryNext(working(), 'send-results')
  expect(did.at(-1)).toBe('give up 1: died')
})

test('a job that couldn’t be given up is given up later', async () => {
  await send('check-upload', 1)
  for (let n = 0; n < MOST_DEATHS; n++) await die()
  await carryNext({ ...working(), giveUp: async () => Promise.reject(new Error('of ours')) })
  await carryNext(working())
  expect(did).toEqual(['give up 1: died'])
})

test('a process that was told to stop is no death, however it ends', async () => {
  await send('check-upload', 1)
  const under = await underWay()
  expect(await beginnings()).toBe(1)
  stopping.abort(new HandedOver('this process is told to stop'))
  await until(async () => (await beginnings()) === 0)
  under.end()
  await under.ended
  expect(await claim()).toMatchObject({ deaths: 0 })
})

test('who was thought dead and comes back takes that back', async () => {
  await send('check-upload', 1)
  const under = await underWay()
  await fallSilent()
  expect(await claim()).toMatchObject({ deaths: 1 })
  under.end()
  await under.ended
  await fallSilent()
  expect(await claim()).toMatchObject({ deaths: 0 })
})

test('how a job ended is told once the database is back', async () => {
  await send('check-upload', 1)
  let outages = 1
  const faulty: Db = {
    executeSql: async (text, values) => {
      if (/set state = 'completed'/.test(text) && outages-- > 0)
        throw Object.assign(new Error('away'), { code: 'ECONNREFUSED' })
      return db.executeSql(text, values)
    },
  }
  await carryOut((await claim()) as Claim, { ...means(working()), db: faulty })
  expect(outages).toBe(-1)
  expect(await beginnings()).toBe(0)
})

test('a job that two processes died beside is alone the third time, and others wait until it has ended', async () => {
  await send('check-upload', 1, 2)
  await die()
  await die()
  const suspect = (await claim()) as Claim
  const other = await underWay()
  const alone = carryOut(suspect, means(working()))
  await until(async () => other.signal().aborted)
  expect([room.isTaken(), did]).toEqual([true, ['run 2']])
  other.end()
  await alone
  expect(did).toEqual(['run 2', 'run 1'])
  expect(room.isTaken()).toBe(false)
})

test('while a job is alone, no other begins, and none is blamed', async () => {
  await send('check-upload', 1, 2)
  const other = (await claim()) as Claim
  const stay = await room.enter({ alone: true })
  await carryOut(other, means(working()))
  expect([did, await beginnings()]).toEqual([[], 0])
  stay?.leave()
  await carryNext(working())
  expect(did).toHaveLength(1)
})

test.each([
  ['busy for longer than its lease', 12_000, 11_500, true],
  ['paused, or its machine was', 60_000, 30, false],
  ['slow since others took the processor', 20_000, 5_000, false],
  ['heard of, with all processors busy', 5_000, 15_000, false],
])('a process that was %s', (_name, silentMs, processorMs, stuck) => {
  expect(isStuck(silentMs, processorMs)).toBe(stuck)
})

/** Says what it does, and then throws `fault`, if there is one. */
function working(fault?: Error): Work {
  return {
    run: async ({ data }) => {
      did.push(`run ${numberOf(data)}`)
      if (fault) throw fault
    },
    giveUp: async ({ data }, why) => {
      did.push(`give up ${numberOf(data)}: ${why}`)
    },
  }
}

function numberOf(data: object): number {
  return (data as { uploadId: number }).uploadId
}

function means(work: Work): Means {
  return { db, log: portal.log, work, stopping: stopping.signal, room }
}

async function carryNext(work: Work, name: JobName = 'check-upload'): Promise<void> {
  await carryOut((await claim(name)) as Claim, means(work))
}

/** Begins the next job, which goes on until `end` is called. */
async function underWay() {
  const gate = Promise.withResolvers<void>()
  const begun = Promise.withResolvers<AbortSignal>()
  const run: Work['run'] = async (job) => {
    await working().run(job)
    begun.resolve(job.signal)
    await gate.promise
    job.signal.throwIfAborted()
  }
  const ended = carryOut((await claim()) as Claim, means({ ...working(), run }))
  const signal = await begun.promise
  return { signal: () => signal, end: gate.resolve, ended }
}

/** Begins the next job, and is never heard of again. */
async function die(name: JobName = 'check-upload'): Promise<Claim> {
  const lost = (await claim(name)) as Claim
  await noteBeginning(db, lost)
  await fallSilent()
  return lost
}

async function fallSilent(): Promise<void> {
  await db.executeSql("update pgboss.job set heartbeat_on = now() - interval '1 hour' where state = 'active'")
  await takeFromTheSilent(db, ['check-upload', 'send-results'])
}

/** The next job, whenever it is due. */
async function claim(name: JobName = 'check-upload'): Promise<Claim | undefined> {
  await db.executeSql('update pgboss.job set start_after = now()')
  return claimNext(db, name, name === 'check-upload' ? SMALL : 0)
}

async function send(name: 'check-upload' | 'send-results', ...uploadIds: number[]): Promise<void> {
  const rows = name === 'check-upload' ? { rows: 1 } : {}
  for (const uploadId of uploadIds)
    await portal.database.transaction('everything', (tx) =>
      portal.queue.send(tx, name, { uploadId, organisationId: 1, by: 1, ...rows }),
    )
}

async function beginnings(): Promise<number> {
  const { rows } = await db.executeSql('select count(*)::integer as count from job_beginning')
  return rows[0].count
}

async function until(isTrue: () => Promise<boolean>): Promise<void> {
  while (!(await isTrue())) await new Promise((resolve) => setTimeout(resolve, 20))
}

const db: Db = {
  executeSql: (text, values) =>
    portal.database.transaction('everything', (tx) => tx.query(text, values as unknown[])),
}
