import { Writable } from 'node:stream'
import pino from 'pino'
import sql from 'sql-template-tag'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Actor } from '../../src/access/actor.ts'
import { cancelChangeSet } from '../../src/changes/cancel.ts'
import { isOutage } from '../../src/database/sql-state.ts'
import type { Portal } from '../../src/portal.ts'
import { checkUpload } from '../../src/uploads/check.ts'
import { findUpload } from '../../src/uploads/find-uploads.ts'
import { type ClamdServer, openClamdServer } from '../support/clamd-server.ts'
import { makeActor, makeOrganisation, testPortal } from '../support/portal.ts'
import { csv, receive } from '../support/upload.ts'

let clamd: ClamdServer
let portal: Portal
let ann: Actor
let organisationId: number
let logged: string

const FILE = csv('LocalID,FirstName,LastName,Mobile', '1,Jane,Smith,07700 900001')

beforeEach(async () => {
  clamd = await openClamdServer()
  logged = ''
  const written = new Writable({
    write: (line, _encoding, done) => {
      logged += line
      done()
    },
  })
  portal = { ...(await testPortal({ clamdUrl: clamd.url })), log: pino(written) }
  organisationId = await makeOrganisation(portal, 'RX1')
  ann = await makeActor(portal, 'ann@trust.example', 'local-administrator', organisationId)
})

afterEach(async () => {
  await portal[Symbol.asyncDispose]()
  await clamd[Symbol.asyncDispose]()
})

const send = (file: string) => receive(portal, ann, 'RX1', file, 'create')
const work = (uploadId: number) => checkUpload(portal, { data: { uploadId, organisationId } })
const statusOf = async (id: number) => (await findUpload(portal, ann, id)).status

test('a file is scanned byte for byte, and checked when it is clean', async () => {
  const large = `${FILE}2,Omar,Khan,${' '.repeat(900_000)}\r\n3,Eva,Lee,${' '.repeat(900_000)}\r\n` // two pieces
  const id = await send(large)
  await work(id)
  expect(await statusOf(id)).toBe('checked')
  expect(clamd.scanned.map((file) => file === large)).toEqual([true])
})

test('an infected file is rejected with words, nothing of it stays, and the log names it by its number', async () => {
  const id = await send(`${FILE}2,Omar,EICAR,07700 900002\r\n`)
  await work(id)
  const { status, reason, filename } = await findUpload(portal, ann, id)
  expect({ status, code: reason?.code }).toEqual({ status: 'rejected', code: 'file-infected' })
  expect(reason?.message).toContain('contains a virus')
  expect(await bytesOf(id)).toBe(0)
  expect(logged).toContain(`"upload":${id},"signature":"Eicar-Test-Signature"`)
  expect(logged).not.toContain(filename)
})

test('while the scanner is away a file waits, as in an outage of the database, and goes on when it is back', async () => {
  await clamd.stop()
  const [waiting, cancelled] = [await send(FILE), await send(FILE)]
  expect(isOutage(await work(waiting).catch((error) => error))).toBe(true)
  expect(await statusOf(waiting)).toBe('checking')
  await cancelChangeSet(portal, ann, cancelled)
  await work(cancelled)
  expect(await bytesOf(cancelled)).toBe(0)
  await clamd.start()
  await work(waiting)
  expect(await statusOf(waiting)).toBe('checked')
})

test.each([
  '',
  'stream: OK',
  'stream: Some.Virus FOU',
  'COMMAND READ TIMED OUT\0',
  'stream: lstat() failed ERROR\0',
])('%j is no verdict: nothing passes unscanned', async (said) => {
  clamd.says = said
  const id = await send(FILE)
  await expect(work(id)).rejects.toMatchObject({ name: 'ScannerAway' })
  expect(await statusOf(id)).toBe('checking')
})

test('a file larger than the scanner takes is rejected with what to do', async () => {
  clamd.limit = 50
  const id = await send(FILE)
  await work(id)
  expect((await findUpload(portal, ann, id)).reason).toMatchObject({ code: 'file-too-large-to-scan' })
  clamd.limit = Number.POSITIVE_INFINITY
  clamd.says = 'stream: Heuristics.Limits.Exceeded.MaxFileSize FOUND\0'
  const longer = await send(FILE)
  await work(longer)
  expect((await findUpload(portal, ann, longer)).reason).toMatchObject({ code: 'file-too-large-to-scan' })
})

async function bytesOf(id: number): Promise<number | undefined> {
  const counted = await portal.database.transaction([organisationId], (tx) =>
    tx.row<{ count: number }>(sql`select count(*)::integer from upload_bytes where upload_id = ${id}`),
  )
  return counted?.count
}
