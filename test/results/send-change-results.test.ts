import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type OwnMailServer, openMailServer } from '../../proofs/support/mail-server.ts'
import type { Actor } from '../../src/access/actor.ts'
import { cancelChangeSet } from '../../src/changes/cancel.ts'
import { confirmChangeSet } from '../../src/changes/confirm.ts'
import { deliverMail } from '../../src/mail/outbox.ts'
import type { Portal } from '../../src/portal.ts'
import { sendChangeResults } from '../../src/results/send-change-results.ts'
import { makeActor, makeOrganisation, testPortal } from '../support/portal.ts'
import { applyPlanned, planUndoOf } from '../support/undo.ts'
import { apply, check, create, csv } from '../support/upload.ts'

let server: OwnMailServer
let portal: Portal
let own: number
let ann: Actor
let ben: Actor

beforeAll(async () => {
  server = await openMailServer()
  const urls = { smtpUrl: server.url, mailDomain: 'staff.example', publicUrl: 'https://muster.example' }
  portal = await testPortal(urls)
  own = await makeOrganisation(portal, 'RX1')
  ann = await makeActor(portal, 'ann@x.example', 'local-administrator', own)
  ben = await makeActor(portal, 'ben@x.example', 'local-administrator', own)
  await create(
    portal,
    ann,
    'RX1',
    csv(
      'LocalID,FirstName,LastName,Mobile,JobTitle',
      'A1,Mary,Secret,07700 900001,Nurse',
      'A2,Omar,Khan,07700 900002,Porter',
    ),
  )
})
afterAll(async () => {
  await server.stop()
  await portal[Symbol.asyncDispose]()
})
beforeEach(() => {
  server.accepted.length = 0
})

test('who asked and who confirmed are each told once, with the results file, and nobody is named', async () => {
  const id = await send(csv('LocalID,JobTitle', 'A1,Sister', 'A2,Clerk'))
  await send(csv('LocalID,JobTitle', 'A2,Matron'))
  const undo = await planUndoOf(portal, ann, id)
  await applyPlanned(portal, ben, undo)
  const job = { changeSetId: undo, organisationId: own }
  await Promise.all([sendChangeResults(portal, job), sendChangeResults(portal, job)])
  await deliverMail(portal)
  const mails = server.accepted.map(({ messageId, to }) => `${messageId} ${[to].flat()[0]?.text}`)
  expect(mails.sort()).toEqual([
    `<results.${undo}.${ann.administratorId}@staff.example> ann@x.example`,
    `<results.${undo}@staff.example> ben@x.example`,
  ])
  for (const { subject, text = '', html, attachments } of server.accepted) {
    expect(subject).toBe('1 account taken back, 1 kept: people.csv')
    expect(text).toContain('Taking back people.csv for RX1 Trust has ended.')
    expect(text).toContain('* 1 account went back to what it was\n')
    expect(text).toContain('* 1 account is kept, since somebody changed it afterwards')
    expect(text).toContain(`https://muster.example/changes/${undo}`)
    expect(`${text}${html}${subject}`).not.toMatch(/secret|sister|mary|upload/i)
    expect(attachments[0]?.filename).toBe('Taking back people results.csv')
    expect(attachments[0]?.content.toString()).toContain('Job title,Sister,Nurse,Taken back')
  }
})

test('one that was stopped before anything went back says so; one that nobody confirmed says nothing', async () => {
  const id = await send(csv('LocalID,JobTitle', 'A1,Driver'))
  const dropped = await planUndoOf(portal, ann, id)
  await cancelChangeSet(portal, ann, dropped)
  await sendChangeResults(portal, { changeSetId: dropped, organisationId: own })
  const stopped = await planUndoOf(portal, ann, id)
  await confirmChangeSet(portal, ann, stopped)
  await cancelChangeSet(portal, ann, stopped)
  await sendChangeResults(portal, { changeSetId: stopped, organisationId: own })
  await deliverMail(portal)
  expect(server.accepted.map(({ subject }) => subject)).toEqual([
    'Stopped: no account changed, 1 left out: people.csv',
  ])
  expect(server.accepted[0]?.text).toContain('was cancelled before anything was taken back.')
})

async function send(file: string): Promise<number> {
  const { upload } = await check(portal, ann, 'RX1', file)
  await apply(portal, ann, upload)
  return upload.id
}
