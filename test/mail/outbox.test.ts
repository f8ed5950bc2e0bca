import sql from 'sql-template-tag'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type OwnMailServer, openMailServer } from '../../proofs/support/mail-server.ts'
import { deliverMail, queueMail, waitAfter } from '../../src/mail/outbox.ts'
import type { Portal } from '../../src/portal.ts'
import { testPortal } from '../support/portal.ts'

let server: OwnMailServer
let now = new Date('2026-11-22T09:00:00Z')
let portal: Portal

beforeAll(async () => {
  server = await openMailServer()
  const opened = await testPortal({ smtpUrl: server.url, mailDomain: 'staff.example' })
  portal = { ...opened, clock: { now: () => now } }
})
afterAll(async () => {
  await server.stop()
  await portal[Symbol.asyncDispose]()
})
beforeEach(async () => {
  server.accepted.length = 0
  server.refused.clear()
  await portal.database.transaction('everything', (tx) => tx.run(sql`delete from mail`))
  await server.start()
})

test('a message arrives whole, under its Message-ID, and is sent once', async () => {
  await queue({
    messageId: '<results.7@staff.example>',
    attachment: { name: 'résultats.csv', content: Buffer.from('a\r\n') },
  })
  await deliverMail(portal)
  await deliverMail(portal)
  expect(server.accepted).toHaveLength(1)
  const [mail] = server.accepted
  expect(mail?.messageId).toBe('<results.7@staff.example>')
  expect(mail?.subject).toBe('2 accounts updated: people.csv')
  expect(mail?.text).toBe('Plain')
  expect(mail?.html).toBe('<p>Rich</p>')
  expect(mail?.attachments[0]?.filename).toBe('résultats.csv')
  expect(mail?.attachments[0]?.content.toString()).toBe('a\r\n')
})

test('a message with the same Message-ID is queued once; one without gets its own', async () => {
  await queue({ messageId: '<results.8@staff.example>' })
  await queue({ messageId: '<results.8@staff.example>' })
  await queue({})
  await queue({})
  await deliverMail(portal)
  expect(server.accepted).toHaveLength(3)
  expect(new Set(server.accepted.map((mail) => mail.messageId)).size).toBe(3)
  expect(server.accepted.every((mail) => mail.messageId?.endsWith('@staff.example>'))).toBe(true)
})

test('a message that is rolled back never leaves', async () => {
  const failing = portal.database.transaction([], async (tx) => {
    await queueMail(tx, portal, { to: 'a@b.example', subject: 'x', text: 'x', html: 'x' })
    throw new Error('no')
  })
  await expect(failing).rejects.toThrow('no')
  await deliverMail(portal)
  expect(server.accepted).toHaveLength(0)
})

test('while the server is down a message waits longer and longer, and leaves when it is back', async () => {
  await server.stop()
  await queue({ messageId: '<results.9@staff.example>' })
  await deliverMail(portal)
  expect(await outbox()).toMatchObject([{ attempts: 1, wait_ms: 60_000, sent_at: null }])
  await deliverMail(portal) // not due yet
  expect(await outbox()).toMatchObject([{ attempts: 1 }])
  now = new Date(now.getTime() + 60_000)
  await deliverMail(portal)
  expect(await outbox()).toMatchObject([{ attempts: 2, wait_ms: 120_000 }])
  expect((await outbox())[0]?.last_error).toContain('ECONNREFUSED')
  await server.start()
  now = new Date(now.getTime() + 120_000)
  await deliverMail(portal)
  expect(server.accepted.map((mail) => mail.messageId)).toEqual(['<results.9@staff.example>'])
  expect(await outbox()).toMatchObject([{ attempts: 2, last_error: null, sent_at: now }])
})

test('a clock that was ahead by a day and is put right holds up no message', async () => {
  const today = now
  now = new Date(today.getTime() + 24 * 3600_000)
  await server.stop()
  await queue({})
  await deliverMail(portal)
  now = today
  await server.start()
  await deliverMail(portal)
  expect(server.accepted).toHaveLength(1)
})

test('one refused recipient holds up nobody else', async () => {
  server.refused.add('gone@b.example')
  await queue({ to: 'gone@b.example' })
  await queue({ to: 'here@b.example' })
  await deliverMail(portal)
  expect(server.accepted).toHaveLength(1)
  expect(await outbox()).toMatchObject([{ attempts: 1, sent_at: null }, { sent_at: now }])
})

test('several workers at once send each message once', async () => {
  for (let n = 0; n < 30; n++) await queue({ messageId: `<results.${n}@staff.example>` })
  await Promise.all(Array.from({ length: 6 }, () => deliverMail(portal)))
  expect(server.accepted).toHaveLength(30)
  expect(new Set(server.accepted.map((mail) => mail.messageId)).size).toBe(30)
})

test('no name or file name can add a header', async () => {
  await queue({
    subject: 'Done: a.csv\r\nBcc: everyone@x.example\r\n\r\nbody',
    attachment: { name: 'a"\r\nX-Evil: yes\r\n/../b.csv', content: Buffer.from('x') },
  })
  await deliverMail(portal)
  const [mail] = server.accepted
  expect(mail?.subject).toBe('Done: a.csv Bcc: everyone@x.example body')
  expect(mail?.bcc).toBeUndefined()
  expect(mail?.headers.has('x-evil')).toBe(false)
  expect(mail?.attachments[0]?.filename).toBe('a- X-Evil: yes -..-b.csv'.replace(':', '-'))
})

test('without SMTP_URL messages stay in the outbox', async () => {
  await using offline = await testPortal()
  await queue({}, offline)
  await deliverMail(offline)
  expect(await outbox(offline)).toMatchObject([{ attempts: 0, sent_at: null }])
})

test('the wait doubles from a minute to an hour', () => {
  expect([1, 2, 3, 6, 7, 50].map(waitAfter).map((ms) => ms / 60_000)).toEqual([1, 2, 4, 32, 60, 60])
})

type Extra = {
  to?: string
  subject?: string
  messageId?: string
  attachment?: { name: string; content: Buffer }
}

function queue(extra: Extra, into: Portal = portal): Promise<void> {
  return into.database.transaction([], (tx) =>
    queueMail(tx, into, {
      to: 'pat@northmoor.example',
      subject: '2 accounts updated: people.csv',
      text: 'Plain',
      html: '<p>Rich</p>',
      ...extra,
    }),
  )
}

function outbox(of: Portal = portal) {
  return of.database.transaction('everything', (tx) =>
    tx.rows<{ attempts: number; wait_ms: number; last_error: string | null; sent_at: Date | null }>(
      sql`select attempts, sent_at, last_error,
        (extract(epoch from next_attempt_at - ${now}::timestamptz) * 1000)::integer as wait_ms
        from mail order by id`,
    ),
  )
}
