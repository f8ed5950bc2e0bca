import sql from 'sql-template-tag'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type OwnMailServer, openMailServer } from '../../proofs/support/mail-server.ts'
import type { Actor } from '../../src/access/actor.ts'
import { applyChangeSet } from '../../src/changes/apply/apply.ts'
import { cancelChangeSet } from '../../src/changes/cancel.ts'
import { confirmChangeSet } from '../../src/changes/confirm.ts'
import { deliverMail } from '../../src/mail/outbox.ts'
import type { Portal } from '../../src/portal.ts'
import { checkUpload } from '../../src/uploads/check.ts'
import { receiveUpload } from '../../src/uploads/receive.ts'
import { resultsFile } from '../../src/uploads/results-file.ts'
import { resultsMail } from '../../src/uploads/results-mail.ts'
import { sendResults } from '../../src/uploads/send-results.ts'
import type { Upload } from '../../src/uploads/upload.ts'
import { makeAccount } from '../support/account.ts'
import { makeActor, makeOrganisation, testPortal } from '../support/portal.ts'

let server: OwnMailServer
let portal: Portal
let own: number
let pat: Actor
let run = 0

beforeAll(async () => {
  server = await openMailServer()
  portal = await testPortal({
    smtpUrl: server.url,
    mailDomain: 'staff.example',
    publicUrl: 'https://muster.example',
  })
  own = await makeOrganisation(portal, 'RX1')
  pat = await makeActor(portal, 'pat@x.example', 'local-administrator', own)
  for (const localId of ['1', '2', '3']) {
    const by = { organisationId: own, updatedBy: pat.administratorId }
    await makeAccount(portal, { ...by, localId, firstName: 'Mary', lastName: 'Secret' })
  }
})
afterAll(async () => {
  await server.stop()
  await portal[Symbol.asyncDispose]()
})
beforeEach(async () => {
  server.accepted.length = 0
  run += 1
})

async function upload(csv: string): Promise<number> {
  const { id } = await receiveUpload(portal, pat, {
    organisationCode: 'RX1',
    mode: 'update',
    filename: 'people.csv',
    bytes: (async function* () {
      yield Buffer.from(csv)
    })(),
  })
  await checkUpload(portal, { data: { uploadId: id, organisationId: own } })
  return id
}

async function apply(csv: string): Promise<number> {
  const id = await upload(csv)
  await confirmChangeSet(portal, pat, id)
  await applyChangeSet(portal, { data: { changeSetId: id, organisationId: own } })
  return id
}

describe('the results', () => {
  test('come by e-mail with the results file, once, under the Message-ID of the upload', async () => {
    const id = await apply(`LocalID,JobTitle\r\n1,Nurse ${run}\r\n2,Nurse ${run}\r\n9,Nurse\r\n`)
    const job = { uploadId: id, organisationId: own }
    await Promise.all([sendResults(portal, job), sendResults(portal, job)])
    await sendResults(portal, job)
    await deliverMail(portal)
    expect(server.accepted).toHaveLength(1)
    const [mail] = server.accepted
    expect(mail?.messageId).toBe(`<results.${id}@staff.example>`)
    expect([mail?.to].flat()[0]?.text).toBe('pat@x.example')
    expect(mail?.subject).toBe('2 accounts updated, 1 left out: people.csv')
    expect(mail?.text).toContain('2 accounts updated\n')
    expect(mail?.text).toContain('1 row failed and was left out')
    expect(mail?.text).toContain(`https://muster.example/uploads/${id}`)
    expect(mail?.attachments[0]?.filename).toBe('people results.csv')
    let file = ''
    for await (const text of (await resultsFile(portal, pat, id)).content) file += text
    expect(mail?.attachments[0]?.content.toString()).toBe(file)
    expect(file).toContain('Updated')
  })

  test('name nobody in the message itself', async () => {
    const id = await apply(`LocalID,JobTitle,LastName\r\n1,Midwife ${run},Secretive\r\n`)
    await sendResults(portal, { uploadId: id, organisationId: own })
    await deliverMail(portal)
    const { text, html, subject } = server.accepted[0] as { text: string; html: string; subject: string }
    expect(`${text}${html}${subject}`).not.toMatch(/secret|midwife|mary/i)
  })

  test('come as a link where that is set', async () => {
    const id = await apply(`LocalID,JobTitle\r\n1,Porter ${run}\r\n`)
    const linking = { ...portal, config: { ...portal.config, resultsMail: 'link' as const } }
    await sendResults(linking, { uploadId: id, organisationId: own })
    await deliverMail(portal)
    expect(server.accepted[0]?.attachments).toEqual([])
    expect(server.accepted[0]?.text).toContain('The results file is on the upload’s page')
  })

  test('come as a link where the file is over 10 MB', async () => {
    const cell = 'x'.repeat(99_000)
    const rows = Array.from({ length: 110 }, () => `9,${cell}\r\n`)
    const id = await apply(`LocalID,Notes\r\n1,${cell}\r\n${rows.join('')}`)
    await sendResults(portal, { uploadId: id, organisationId: own })
    await deliverMail(portal)
    expect(server.accepted[0]?.attachments).toEqual([])
    expect(server.accepted[0]?.text).toContain('The results file is on the upload’s page')
  })

  test('say of an upload that was cancelled before its apply that nothing was applied', async () => {
    const id = await upload(`LocalID,JobTitle\r\n1,Clerk ${run}\r\n`)
    await confirmChangeSet(portal, pat, id)
    await cancelChangeSet(portal, pat, id)
    await sendResults(portal, { uploadId: id, organisationId: own })
    await deliverMail(portal)
    expect(server.accepted[0]?.subject).toContain('Stopped: no account changed')
    expect(server.accepted[0]?.text).toContain('was cancelled before anything was applied.')
  })

  test('are not sent for an upload that was cancelled before it was confirmed', async () => {
    const id = await upload(`LocalID,JobTitle\r\n1,Clerk ${run}\r\n`)
    await cancelChangeSet(portal, pat, id)
    await sendResults(portal, { uploadId: id, organisationId: own })
    await deliverMail(portal)
    expect(server.accepted).toHaveLength(0)
  })

  test('are not sent to who may not see them any more', async () => {
    const sam = await makeActor(portal, 'sam@x.example', 'local-administrator', own)
    const id = await upload(`LocalID,JobTitle\r\n1,Driver ${run}\r\n`)
    await confirmChangeSet(portal, sam, id)
    await applyChangeSet(portal, { data: { changeSetId: id, organisationId: own } })
    await portal.database.transaction('everything', (tx) =>
      tx.run(sql`update administrator set disabled_at = now() where id = ${sam.administratorId}`),
    )
    await sendResults(portal, { uploadId: id, organisationId: own })
    await deliverMail(portal)
    // Who sent the file may, and is told too.
    expect(server.accepted.map(({ to }) => [to].flat()[0]?.text)).toEqual(['pat@x.example'])
  })
})

describe('the subject says the outcome', () => {
  const NONE = { updated: 0, created: 0, unchanged: 0, skipped: 0, failed: 0 }
  test.each([
    ['completed', { updated: 1204, failed: 12 }, '1,204 accounts updated, 12 left out: people.csv'],
    ['completed', { updated: 1 }, '1 account updated: people.csv'],
    ['completed', { created: 3, skipped: 2 }, '3 accounts created, 2 left out: people.csv'],
    [
      'completed',
      { updated: 5, created: 1, skipped: 1, failed: 1 },
      '5 accounts updated, 1 created, 2 left out: people.csv',
    ],
    ['completed', { unchanged: 40 }, 'No account changed: people.csv'],
    [
      'cancelled',
      { updated: 5000, skipped: 900 },
      'Stopped: 5,000 accounts updated, 900 left out: people.csv',
    ],
    ['failed', { skipped: 900 }, 'Failed: no account changed, 900 left out: people.csv'],
  ] as const)('%s %o', (status, results, subject) => {
    const ended = {
      status,
      results: { ...NONE, ...results },
      filename: 'people.csv',
      organisation: { name: 'RX1 Trust' },
      reason: null,
    } as unknown as Upload
    expect(resultsMail(ended, { link: 'https://x.example', attached: true }).subject).toBe(subject)
  })
})
