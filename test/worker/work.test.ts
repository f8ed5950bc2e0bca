import { afterAll, beforeAll, expect, test } from 'vitest'
import { type OwnMailServer, openMailServer } from '../../proofs/support/mail-server.ts'
import type { Actor } from '../../src/access/actor.ts'
import { confirmChangeSet } from '../../src/changes/confirm.ts'
import { findAccount } from '../../src/directory/find-accounts.ts'
import type { Portal } from '../../src/portal.ts'
import { findReport, startReport } from '../../src/reports/run.ts'
import { findUpload } from '../../src/uploads/find-uploads.ts'
import { receiveUpload } from '../../src/uploads/receive.ts'
import { startWorker } from '../../src/worker/work.ts'
import { makeAccount } from '../support/account.ts'
import { makeActor, makeOrganisation, testPortal } from '../support/portal.ts'

let server: OwnMailServer
let portal: Portal
let pat: Actor
let maryId: number

beforeAll(async () => {
  server = await openMailServer()
  portal = await testPortal({ smtpUrl: server.url, mailDomain: 'staff.example' })
  const own = await makeOrganisation(portal, 'RX1')
  pat = await makeActor(portal, 'pat@x.example', 'local-administrator', own)
  maryId = await makeAccount(portal, { organisationId: own, updatedBy: pat.administratorId, localId: '1' })
  startWorker(portal)
})
afterAll(async () => {
  await portal[Symbol.asyncDispose]()
  await server.stop()
})

test('the worker takes an upload from the file to the e-mail with its results', async () => {
  const { id } = await receiveUpload(portal, pat, {
    organisationCode: 'RX1',
    mode: 'update',
    filename: 'people.csv',
    bytes: (async function* () {
      yield Buffer.from('LocalID,JobTitle\r\n1,Matron\r\n')
    })(),
  })
  await until(async () => (await findUpload(portal, pat, id)).status === 'checked')
  await confirmChangeSet(portal, pat, id)
  await until(async () => server.accepted.length === 1)
  expect(server.accepted[0]?.subject).toBe('1 account updated: people.csv')
  expect(server.accepted[0]?.attachments[0]?.content.toString()).toContain('Matron')
  expect((await findUpload(portal, pat, id)).status).toBe('completed')
  expect((await findAccount(portal, pat, maryId)).jobTitle).toBe('Matron')
})

test('the worker makes a report', async () => {
  const id = await startReport(portal, pat, { kind: 'upload-file', organisationCode: 'RX1' })
  await until(async () => (await findReport(portal, pat, id)).status === 'completed')
})

async function until(isTrue: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + 30_000
  while (!(await isTrue())) {
    if (performance.now() > end) throw new Error('it did not happen within 30 s')
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
