import { randomBytes } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import sql from 'sql-template-tag'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Actor } from '../../src/access/actor.ts'
import { rightsOfNow } from '../../src/access/rights-of-now.ts'
import { endSession, findSession, startSession } from '../../src/access/sessions.ts'
import { actorForToken, createToken } from '../../src/access/tokens.ts'
import { attachmentPieces } from '../../src/mail/find-mail.ts'
import { queueMail } from '../../src/mail/outbox.ts'
import type { Portal } from '../../src/portal.ts'
import { reportText } from '../../src/reports/report-file.ts'
import { reportFile, runReport, startReport } from '../../src/reports/run.ts'
import { receiveUpload } from '../../src/uploads/receive.ts'
import { resultsFile } from '../../src/uploads/results-file.ts'
import { makeActor, makeOrganisation, testPortal } from '../support/portal.ts'
import { create, csv } from '../support/upload.ts'

let portal: Portal
let organisation: number
let results: number
let report: number

beforeAll(async () => {
  portal = await testPortal()
  organisation = await makeOrganisation(portal, 'RX1')
  const ann = await makeActor(portal, 'ann@rx1.example', 'local-administrator', organisation)
  // Several blocks of results and pieces of a report.
  const people = Array.from(
    { length: 2_500 },
    (_, at) => `${at},Jo,${nameOf(at)},07700 ${900_000 + at},Nurse`,
  )
  const upload = await create(
    portal,
    ann,
    'RX1',
    csv('LocalID,FirstName,LastName,Mobile,JobTitle', ...people),
  )
  results = upload.id
  report = await startReport(portal, ann, { kind: 'mailbox', organisationCode: 'RX1' })
  await runReport(portal, { data: { reportRunId: report, organisationId: organisation } })
})

afterAll(() => portal[Symbol.asyncDispose]())

/** Rights are asked for again after a quarter of a second. */
const A_WHILE_MS = 300

const nameOf = (at: number) => `Lee${[...String(at)].map((digit) => 'abcdefghij'[Number(digit)]).join('')}`

let number = 0

/** Somebody who has signed in, and what takes it away again. */
async function someone(
  by: 'session' | 'token',
): Promise<{ actor: Actor; ends: Record<string, () => Promise<void>> }> {
  const email = `someone${number++}@rx1.example`
  const { administratorId } = await makeActor(portal, email, 'local-administrator', organisation)
  const run = (statement: ReturnType<typeof sql>) =>
    portal.database.transaction([], async (tx) => void (await tx.run(statement)))
  const disabled = () => run(sql`update administrator set disabled_at = now() where id = ${administratorId}`)
  const roleless = () => run(sql`delete from administrator_role where administrator_id = ${administratorId}`)
  if (by === 'token') {
    const actor = await actorForToken(portal, await createToken(portal, email))
    const revoked = () =>
      run(sql`update api_token set revoked_at = now() where administrator_id = ${administratorId}`)
    return { actor: actor as Actor, ends: { disabled, 'without a role': roleless, 'revoked token': revoked } }
  }
  const session = await findSession(portal, await startSession(portal, administratorId))
  if (!session) throw new Error('the session did not start')
  return {
    actor: session.actor,
    ends: { disabled, 'without a role': roleless, 'signed out': () => endSession(portal, session) },
  }
}

const CASES = [
  ['session', 'disabled'],
  ['session', 'without a role'],
  ['session', 'signed out'],
  ['token', 'disabled'],
  ['token', 'without a role'],
  ['token', 'revoked token'],
] as const

describe.each(CASES)('by a %s, somebody who is then %s', (by, how) => {
  test('sends no file to its end', async () => {
    const { actor, ends } = await someone(by)
    const send = (file: () => AsyncGenerator<Buffer>) =>
      receiveUpload(portal, actor, {
        organisationCode: 'RX1',
        mode: 'update',
        filename: 'a.csv',
        bytes: file(),
      })
    const { id } = await send(async function* () {
      yield Buffer.from('LocalID,JobTitle\n1,Nurse\n')
    })
    expect(id).toBeGreaterThan(0)
    const before = await kept()
    const refused = send(async function* () {
      yield Buffer.from('LocalID,JobTitle\n1,Nurse\n')
      await ends[how]?.()
    })
    await expect(refused).rejects.toThrow(/no longer signed in|no such organisation/)
    expect(await kept()).toEqual(before)
  })

  test.each(['results', 'report', 'export'])('gets no file to its end: %s', async (what) => {
    const { actor, ends } = await someone(by)
    const pieces = (await download(what, actor))[Symbol.asyncIterator]()
    expect((await pieces.next()).done).toBe(false)
    await ends[how]?.()
    await setTimeout(A_WHILE_MS)
    const rest = async () => {
      while (!(await pieces.next()).done);
    }
    await expect(rest()).rejects.toThrow(/no longer signed in|no such organisation/)
  })
})

test('what nobody takes away arrives whole', async () => {
  const { actor } = await someone('token')
  for (const what of ['results', 'report', 'export'])
    expect(Buffer.concat(await allOf(await download(what, actor))).toString()).toContain(nameOf(2_499))
})

test('the attachment of a message comes in pieces, for a global administrator who still is one', async () => {
  const gil = await makeActor(portal, 'gil@muster.example', 'global-administrator')
  const content = randomBytes(2_500_000)
  await portal.database.transaction('everything', (tx) =>
    queueMail(tx, portal, {
      to: 'a@b.example',
      subject: 's',
      text: 't',
      html: 'h',
      attachment: { name: 'a.csv', content },
    }),
  )
  const [mail] = await portal.database.transaction('everything', (tx) =>
    tx.rows<{ id: number }>(sql`select max(id) as id from mail`),
  )
  const read = () => attachmentPieces(mail?.id as number, rightsOfNow(portal, gil, 'read-outbox', null))
  expect(Buffer.concat(await allOf(read())).equals(content)).toBe(true)
  const pieces = read()
  await pieces.next()
  await portal.database.transaction([], (tx) =>
    tx.run(sql`delete from administrator_role where administrator_id = ${gil.administratorId}`),
  )
  await setTimeout(A_WHILE_MS)
  await expect(pieces.next()).rejects.toThrow('Your role does not allow this any more.')
})

async function allOf(pieces: AsyncIterable<string | Buffer>): Promise<Buffer[]> {
  const all: Buffer[] = []
  for await (const piece of pieces) all.push(Buffer.from(piece))
  return all
}

async function download(what: string, actor: Actor): Promise<AsyncIterable<string | Buffer>> {
  if (what === 'results') return (await resultsFile(portal, actor, results)).content
  if (what === 'report') return (await reportFile(portal, actor, report)).content
  return reportText(portal, actor, { kind: 'mailbox', organisationCode: 'RX1' })
}

function kept(): Promise<unknown> {
  return portal.database.transaction('everything', (tx) =>
    tx.rows(
      sql`select (select count(*) from upload) as uploads, (select count(*) from upload_bytes) as pieces`,
    ),
  )
}
