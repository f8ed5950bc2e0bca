import sql from 'sql-template-tag'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type OwnMailServer, openMailServer } from '../../proofs/support/mail-server.ts'
import { addAdministrator } from '../../src/access/administrators.ts'
import { linkHolder } from '../../src/access/one-time-links.ts'
import { setPasswordByLink } from '../../src/access/set-password.ts'
import { deliverMail } from '../../src/mail/outbox.ts'
import type { Portal } from '../../src/portal.ts'
import { keepUp } from '../../src/worker/upkeep.ts'
import { askForLink, secretOf } from '../support/link.ts'
import { testPortal } from '../support/portal.ts'

const HOUR = 3600_000
const EMAIL = 'jo@trust.example'

let server: OwnMailServer
let portal: Portal
let later = 0

beforeAll(async () => {
  server = await openMailServer()
  const opened = await testPortal({ smtpUrl: server.url })
  portal = { ...opened, clock: { now: () => new Date(Date.now() + later) } }
})
afterAll(async () => {
  await server.stop()
  await portal[Symbol.asyncDispose]()
})
beforeEach(async () => {
  server.accepted.length = 0
  await server.start()
})

test('the link in a message works, and the database never held its secret', async () => {
  const { link } = await addAdministrator(portal, { email: EMAIL, role: 'global-administrator' })
  expect(await everythingStored()).toContain('/password/set?link=…')
  await deliverMail(portal)
  const [mail] = server.accepted
  const secret = secretOf(mail?.text)
  expect(secretOf(String(mail?.html))).toBe(secret)
  expect(secret).not.toBe(secretOf(link))
  expect(await everythingStored()).not.toContain(secret)
  expect(await linkHolder(portal, secret)).toMatchObject({ email: EMAIL })
  await setPasswordByLink(portal, secret, 'correct plum wagon')
  expect(await linkHolder(portal, secretOf(link))).toBeNull()
})

test('a message that was held up brings a link whose hour begins when it leaves', async () => {
  await server.stop()
  await ask()
  await deliverMail(portal)
  later += 3 * HOUR
  await keepUp(portal)
  await server.start()
  await deliverMail(portal)
  later += 0.9 * HOUR
  const secret = secretOf(server.accepted[0]?.text)
  expect(await linkHolder(portal, secret)).toMatchObject({ email: EMAIL })
  later += 0.2 * HOUR
  expect(await linkHolder(portal, secret)).toBeNull()
})

test('a message whose link is of no use any more, since the password was set, is not sent', async () => {
  await ask()
  await deliverMail(portal)
  const secret = secretOf(server.accepted[0]?.text)
  await server.stop()
  await ask()
  await setPasswordByLink(portal, secret, 'another plum wagon')
  await server.start()
  await deliverMail(portal)
  expect(server.accepted.map((mail) => mail.subject)).toEqual([
    'Set a new password for Muster',
    'Your Muster password was changed',
  ])
})

test('messages go after their days, sent or not, and links that were never made go with them', async () => {
  await server.stop()
  await ask()
  later += 29 * 24 * HOUR
  await keepUp(portal)
  expect(await count()).toMatchObject({ waiting: 1, links: 1 })
  later += 1.1 * 24 * HOUR
  await keepUp(portal)
  expect(await count()).toEqual({ sent: 0, waiting: 0, links: 0 })
})

function ask(): Promise<void> {
  later += HOUR / 2 // nobody is held up by the test before
  return askForLink(portal, EMAIL)
}

function count() {
  return portal.database.transaction('everything', (tx) =>
    tx.row(sql`select count(*) filter (where sent_at is not null) as sent,
      count(*) filter (where sent_at is null) as waiting, (select count(*) from one_time_link) as links from mail`),
  )
}

/** Every row of every table, the queue's too, as text. */
function everythingStored(): Promise<string> {
  return portal.database.transaction('everything', async (tx) => {
    const { rows } = await tx.query(`select string_agg(
        query_to_xml(format('select * from %I.%I', schemaname, tablename), false, true, '')::text, '') as text
      from pg_tables where schemaname in ('public', 'pgboss')`)
    return String(rows[0]?.text)
  })
}
