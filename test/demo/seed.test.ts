import sql from 'sql-template-tag'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Actor } from '../../src/access/actor.ts'
import { signIn } from '../../src/access/sign-in.ts'
import { actorForToken } from '../../src/access/tokens.ts'
import { accountHistory } from '../../src/changes/history/history.ts'
import { type Demo, seedDemo } from '../../src/demo/seed.ts'
import { findAccounts } from '../../src/directory/find-accounts.ts'
import { organisationsOf } from '../../src/directory/organisation.ts'
import type { Portal } from '../../src/portal.ts'
import { listUploads } from '../../src/uploads/find-uploads.ts'
import { makeOrganisation, testPortal } from '../support/portal.ts'

let portal: Portal
let demo: Demo
let sam: Actor

beforeAll(async () => {
  portal = await testPortal()
  demo = (await seedDemo(portal)) as Demo
  sam = (await actorForToken(portal, demo.token)) as Actor
})
afterAll(() => portal[Symbol.asyncDispose]())

function count(condition = sql`true`): Promise<number> {
  return portal.database.transaction('everything', async (tx) => {
    const row = await tx.row<{ count: number }>(sql`select count(*) from account where ${condition}`)
    return row?.count ?? -1
  })
}

describe('the demo', () => {
  test('has 2,500 accounts in three organisations', async () => {
    expect(demo.isNew).toBe(true)
    expect(await count()).toBe(2500)
    for (const [code, people] of [
      ['ZN1', 2100],
      ['ZF2', 300],
      ['ZC3', 100],
    ] as const) {
      expect(await count(sql`organisation_id = (select id from organisation where code = ${code})`)).toBe(
        people,
      )
    }
    for (const status of ['Active', 'Disabled', 'Leaver', 'Deleted']) {
      expect(await count(sql`status = ${status}`)).toBeGreaterThan(2)
    }
    expect(await count(sql`local_id like '000%'`)).toBe(2100)
    expect(await count(sql`mobile !~ '^[+]447700900[0-9]{3}$'`)).toBe(0)
    expect(await count(sql`first_name || last_name ~ '[^ -~]'`)).toBeGreaterThan(300)
  })

  test('has someone for each role, who can sign in', async () => {
    expect(new Set(demo.signIns.map((one) => one.role)).size).toBe(5)
    for (const { email, password, organisations } of demo.signIns) {
      const sessionId = await signIn(portal, { email, password, ip: '127.0.0.1' })
      expect(sessionId).toBeTruthy()
      expect(organisations.length).toBeGreaterThanOrEqual(0)
    }
    expect((await organisationsOf(portal, sam)).map((one) => one.code)).toEqual(['ZN1'])
  })

  test('its accounts came by uploads and have their history', async () => {
    const { uploads } = await listUploads(portal, sam, { limit: 10 })
    expect(uploads.map(({ filename, status, results }) => [filename, status, results.created])).toEqual([
      ['new-starters.csv', 'completed', 60],
      ['all-staff.csv', 'completed', 2040],
    ])
    const { accounts } = await findAccounts(portal, sam, { localId: '00010234', limit: 1 })
    const { entries } = await accountHistory(portal, sam, accounts[0]?.id as number, { limit: 50 })
    expect(entries).toEqual(
      expect.arrayContaining([expect.objectContaining({ field: 'account', by: 'Sam Okafor', row: 2 })]),
    )
  })

  test('is made once, however often it is asked for', async () => {
    const [again, atOnce] = await Promise.all([seedDemo(portal), seedDemo(portal)])
    expect(again).toEqual({ ...demo, isNew: false })
    expect(atOnce).toEqual(again)
    expect(await count()).toBe(2500)
  })
})

test('a seeding that was killed goes on, and comes to the same', async () => {
  await using killed = await testPortal()
  const afterFirstUpload = {
    ...killed,
    queue: {
      ...killed.queue,
      send: async (...job: Parameters<typeof killed.queue.send>) => {
        if (job[1] === 'send-results') throw new Error('killed')
        await killed.queue.send(...job)
      },
    },
  }
  await expect(seedDemo(afterFirstUpload as Portal)).rejects.toThrow('killed')
  expect((await seedDemo(killed))?.isNew).toBe(true)
  const [row] = await killed.database.transaction('everything', (tx) =>
    tx.rows<{ accounts: number; uploads: number; administrators: number }>(sql`select
      (select count(*) from account) as accounts, (select count(*) from upload) as uploads,
      (select count(*) from administrator where id > 0) as administrators`),
  )
  expect(row).toEqual({ accounts: 2500, uploads: 4, administrators: 7 })
})

test('a database that holds something else is left alone', async () => {
  await using used = await testPortal()
  await makeOrganisation(used, 'RX1')
  expect(await seedDemo(used)).toBeUndefined()
})
