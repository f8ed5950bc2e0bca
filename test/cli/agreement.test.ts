import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { findFreePort } from '../../src/database/embedded-server.ts'
import { csv, somebody } from '../support/upload.ts'
import { emptyDatabase, muster, type Running, running } from './muster.ts'

const PEOPLE = 60

let database: Awaited<ReturnType<typeof emptyDatabase>>
let portal: Running
let jo: Record<string, string>
let bo: Record<string, string>
let zoe: Record<string, string>
let folder: string

beforeAll(async () => {
  database = await emptyDatabase()
  folder = await mkdtemp(join(tmpdir(), 'muster-cli-'))
  const direct = { DATABASE_URL: database.url, PORT: String(await findFreePort()) }
  for (const [code, name] of [
    ['RX1', 'Northbridge'],
    ['ZN1', 'Southbridge'],
  ] as const)
    await muster(direct, 'organisation', 'add', code, name)
  const tokenOf = async (email: string, code: string) => {
    const role = ['--role', 'local-administrator', '--organisation', code]
    await muster(direct, 'administrator', 'add', email, ...role)
    return (await muster(direct, 'token', 'create', '--email', email)).stdout.trim()
  }
  const tokens = [
    await tokenOf('jo@rx1.example', 'RX1'),
    await tokenOf('bo@rx1.example', 'RX1'),
    await tokenOf('zoe@zn1.example', 'ZN1'),
  ]
  portal = await running(direct, 'serve')
  const [first, second, third] = tokens.map((token) => ({
    ...direct,
    MUSTER_URL: portal.address,
    MUSTER_TOKEN: token,
  }))
  ;[jo, bo, zoe] = [first as typeof jo, second as typeof bo, third as typeof zoe]
  const people = Array.from({ length: PEOPLE }, (_, n) => `A${n},${somebody(n)},Notes`)
  const all = csv('LocalID,FirstName,LastName,Mobile,Description', ...people)
  await send('people.csv', all, '--mode', 'create')
}, 240_000)

afterAll(async () => {
  await portal.stop()
  await database[Symbol.asyncDispose]()
  await rm(folder, { recursive: true })
})

async function send(name: string, content: string, ...parameters: string[]) {
  const path = join(folder, name)
  await writeFile(path, content)
  return muster(jo, 'upload', path, '--organisation', 'RX1', '--yes', ...parameters)
}

/** A file that empties a field of so many that another person is asked. @returns its number */
async function held(): Promise<string> {
  const lines = Array.from({ length: PEOPLE }, (_, n) => `A${n},[clear]`)
  const sent = await send('held.csv', csv('LocalID,Description', ...lines))
  expect(sent.stdout).toMatch(/Another person must agree to this/)
  const listed = await muster(jo, 'change-sets', '--organisation', 'RX1', '--status', 'awaiting-agreement')
  return /^(\d+) /m.exec(listed.stdout)?.[1] as string
}

test('a plan that waits is declined, with a reason, and asked again agreed to', {
  timeout: 180_000,
}, async () => {
  const id = await held()
  expect(await muster(jo, 'agree', id)).toMatchObject({ code: 1, stderr: /confirmed this yourself/ })
  expect(await muster(zoe, 'agree', id)).toMatchObject({ code: 1, stderr: /no such/ })
  expect(await muster(bo, 'decline', id)).toMatchObject({ code: 1, stderr: /--reason/ })
  expect(await muster(bo, 'decline', id, '--reason', 'An old list')).toMatchObject({
    ...{ code: 0, stdout: 'Declined. Nothing was changed\n' },
  })
  expect(await muster(bo, 'agree', id)).toMatchObject({ code: 1, stderr: /doesn’t wait for agreement/ })
  const again = await held()
  expect(await muster(bo, 'agree', again)).toMatchObject({ code: 0, stdout: 'Agreed. It is applied now\n' })
  expect(await muster(bo, 'agree', 'x1')).toMatchObject({ code: 1, stderr: /no number of a change/ })
})

test('people are moved within the organisation, and asked for where they go elsewhere', {
  timeout: 180_000,
}, async () => {
  const path = join(folder, 'ids.txt')
  await writeFile(path, 'A0\nA1\nB7\n')
  const to = (code: string, ...parameters: string[]) =>
    muster(jo, 'transfer', '--from', 'RX1', '--to', code, ...parameters)
  expect(await to('ZN1')).toMatchObject({ code: 1, stderr: /Say whom/ })
  expect(await to('ZN1', '--local-ids', 'A0', '--new-local-id', 'A0')).toMatchObject({
    code: 1,
    stderr: /OLD=NEW/,
  })
  const shown = await to('ZN1', '--local-ids', 'A0')
  expect(shown).toMatchObject({ code: 3, stderr: /add --yes/ })
  expect(shown.stdout).toMatch(/^1 person will move to ZN1\n/)
  expect(shown.stdout).toMatch(/Nothing was changed\. It waits for you at/)
  const asked = await to('ZN1', '--file', path, '--yes')
  expect(asked.code).toBe(3)
  expect(asked.stdout).toMatch(/It waits for somebody else’s agreement: http/)
  const id = /changes\/(\d+)/.exec(asked.stdout)?.[1] as string
  expect(await muster(zoe, 'agree', id, '--site', 'Nowhere')).toMatchObject({ code: 1, stderr: /Nowhere/ })
  expect(await muster(zoe, 'agree', id, '--new-local-id', 'A0=Z-0')).toMatchObject({
    ...{ code: 0, stdout: 'Agreed. It is applied now\n' },
  })
  const listed = await muster(zoe, 'change-sets', '--status', 'completed', '--time-zone', 'Asia/Kolkata')
  expect(listed.stdout).toContain('BEGUN (Asia/Kolkata)')
  expect(listed.stdout).toMatch(new RegExp(`^${id} +transfer .*completed`, 'm'))
})
