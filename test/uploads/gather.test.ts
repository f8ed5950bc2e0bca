import { readdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import sql from 'sql-template-tag'
import { expect, test } from 'vitest'
import { gather } from '../../src/uploads/gather.ts'
import { receiveUpload } from '../../src/uploads/receive.ts'
import { makeActor, makeOrganisation, testPortal } from '../support/portal.ts'

test.each([
  ['no piece', []],
  ['one piece', ['abc']],
  ['several pieces', ['abc', 'def', 'ghi']],
  ['a shorter piece in the end', ['abc', 'def', 'g']],
])('%s comes out as it went in', async (_name, texts) => {
  async function* pieces() {
    for (const text of texts) yield Buffer.from(text)
  }
  await using gathered = await gather(pieces())
  const out: string[] = []
  for await (const piece of gathered.pieces()) out.push(String(piece))
  expect(out).toEqual(texts)
})

test('a file that breaks off leaves nothing in the temporary folder', async () => {
  async function* pieces() {
    yield Buffer.from('abc')
    yield Buffer.from('def')
    throw new Error('gone')
  }
  await expect(gather(pieces())).rejects.toThrow('gone')
  expect((await readdir(tmpdir())).filter((name) => name.startsWith('muster-upload-'))).toEqual([])
})

test('while a file is on its way, it holds no connection to the database', async () => {
  await using portal = await testPortal()
  const organisation = await makeOrganisation(portal, 'RX1')
  const ann = await makeActor(portal, 'ann@trust.example', 'local-administrator', organisation)
  const halfway = Promise.withResolvers<void>()
  const goOn = Promise.withResolvers<void>()
  async function* bytes() {
    yield Buffer.alloc(3_000_000, 'LocalID\n0001\n')
    halfway.resolve()
    await goOn.promise
    yield Buffer.from('0002\n')
  }
  const file = { organisationCode: 'RX1', mode: 'update', filename: 'people.csv', bytes: bytes() } as const
  const received = receiveUpload(portal, ann, file)
  await halfway.promise
  const busy = await portal.database.transaction([], (tx) =>
    tx.row(sql`select count(*) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid() and state <> 'idle'`),
  )
  expect(busy).toEqual({ count: 0 })
  goOn.resolve()
  expect(await received).toMatchObject({ repeated: false })
})
