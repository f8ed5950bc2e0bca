import { createHash } from 'node:crypto'
import sql from 'sql-template-tag'
import { expect, test } from 'vitest'
import { isOutage } from '../../src/database/sql-state.ts'
import { Conflict, Forbidden, NotFound } from '../../src/errors.ts'
import type { Portal } from '../../src/portal.ts'
import { receiveUpload } from '../../src/uploads/receive.ts'
import { keepUp } from '../../src/worker/upkeep.ts'
import { asOwner, makeActor, makeOrganisation, testPortal } from '../support/portal.ts'

async function* pieces(...chunks: (string | Buffer)[]): AsyncGenerator<Buffer> {
  for (const chunk of chunks) yield Buffer.from(chunk)
}

async function trust(settings = {}) {
  const portal = await testPortal(settings)
  const organisation = await makeOrganisation(portal, 'RX1')
  const ann = await makeActor(portal, 'ann@trust.example', 'local-administrator', organisation)
  const send = (bytes: AsyncIterable<Buffer>, idempotencyKey?: string) =>
    receiveUpload(portal, ann, {
      organisationCode: 'rx1',
      mode: 'update',
      filename: 'people.csv',
      bytes,
      ...(idempotencyKey ? { idempotencyKey } : {}),
    })
  const count = async () =>
    (
      await portal.database.transaction('everything', (tx) =>
        tx.row<{ count: number }>(sql`select count(*) from upload`),
      )
    )?.count
  return { portal, organisation, ann, send, count }
}

test('bytes are stored as they came, with their size and hash, and the check is enqueued', async () => {
  const { portal, send } = await trust()
  await using _ = portal
  const big = Buffer.alloc(2_500_000, 'LocalID\n0001\n')
  const { id } = await send(pieces(big.subarray(0, 7), big.subarray(7, 1_200_000), big.subarray(1_200_000)))
  const stored = await portal.database.transaction('everything', (tx) =>
    tx.row<{ size: number; sha256: Buffer; bytes: Buffer; parts: number; jobs: number }>(
      sql`select u.size_bytes as size, u.sha256, string_agg(b.bytes, '' order by b.number) as bytes, count(*) as parts,
            (select count(*) from pgboss.job where name = 'check-upload') as jobs
          from upload u join upload_bytes b on b.upload_id = u.id where u.id = ${id} group by u.id`,
    ),
  )
  expect(stored).toMatchObject({ size: big.length, jobs: 1 })
  expect(stored?.bytes.equals(big)).toBe(true)
  expect(stored?.sha256.equals(createHash('sha256').update(big).digest())).toBe(true)
  expect(stored?.parts).toBeGreaterThan(1)
})

test.each([
  ['an empty file', Buffer.from(''), 'file-empty'],
  ['a workbook that is damaged', Buffer.from('PK\x03\x04 something zipped'), 'file-damaged'],
  ['an old workbook', Buffer.from('d0cf11e0a1b11ae1', 'hex'), 'file-not-text'],
  ['a picture', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0]), 'file-not-text'],
])('%s is refused at once, and nothing of it is kept', async (_name, bytes, code) => {
  const { portal, send, count } = await trust()
  await using _ = portal
  await expect(send(pieces(bytes))).rejects.toMatchObject({ name: 'InvalidInput', field: 'file', code })
  expect(await count()).toBe(0)
})

test('a file over the limit is refused with what to do, while it still arrives', async () => {
  const { portal, send, count } = await trust({ uploadMaxBytes: 2_000_000 })
  await using _ = portal
  let sent = 0
  async function* endless(): AsyncGenerator<Buffer> {
    for (; sent < 100; sent++) yield Buffer.alloc(500_000, 'a,b\n')
  }
  await expect(send(endless())).rejects.toThrow('must be smaller than 2 MB')
  expect(sent).toBeLessThan(6)
  expect(await count()).toBe(0)
})

test('rows count more than their bytes, however short they are', async () => {
  const { portal, send, count } = await trust({ uploadMaxBytes: 2_000_000 })
  await using _ = portal
  const tooLarge = { code: 'file-too-large' }
  await expect(send(pieces('LocalID\r\n', '1\r'.repeat(8_000)))).rejects.toMatchObject(tooLarge)
  await expect(send(pieces('LocalID\r\n', '1\r\n'.repeat(8_000)))).rejects.toMatchObject(tooLarge)
  const wide = pieces('\ufeffLocalID\r\n', '1\r\n'.repeat(7_500))
  await send(wide)
  expect(await count()).toBe(1)
})

test('a client that goes away in the middle leaves nothing', async () => {
  const { portal, send, count } = await trust()
  await using _ = portal
  async function* broken(): AsyncGenerator<Buffer> {
    yield Buffer.alloc(1_500_000, 'a,b\n')
    throw new Error('aborted')
  }
  await expect(send(broken())).rejects.toThrow('did not arrive whole')
  expect(await count()).toBe(0)
})

test('the same key with the same file is the same upload, at the same moment too', async () => {
  const { portal, send, count } = await trust()
  await using _ = portal
  const five = await Promise.all(Array.from({ length: 5 }, () => send(pieces('LocalID\n1\n'), 'key-1')))
  expect(new Set(five.map((one) => one.id)).size).toBe(1)
  expect(five.filter((one) => !one.repeated)).toHaveLength(1)
  expect(await count()).toBe(1)
  await expect(send(pieces('LocalID\n2\n'), 'key-1')).rejects.toMatchObject({
    code: 'idempotency-key-reused',
  })
})

test('who may not upload is told so; what is out of scope is not there', async () => {
  const { portal, organisation } = await trust()
  await using _ = portal
  const helpdesk = await makeActor(portal, 'help@trust.example', 'local-helpdesk', organisation)
  const file = { organisationCode: 'RX1', mode: 'update', filename: 'people.csv' } as const
  await expect(receiveUpload(portal, helpdesk, { ...file, bytes: pieces('LocalID\n1\n') })).rejects.toThrow(
    Forbidden,
  )
  const far = await makeActor(
    portal,
    'far@other.example',
    'local-administrator',
    await makeOrganisation(portal, 'RY2'),
  )
  await expect(receiveUpload(portal, far, { ...file, bytes: pieces('LocalID\n1\n') })).rejects.toThrow(
    NotFound,
  )
  await portal.database.transaction('everything', (tx) =>
    tx.run(sql`update organisation set closed_at = now()`),
  )
  const ann = await makeActor(portal, 'amy@trust.example', 'local-administrator', organisation)
  await expect(receiveUpload(portal, ann, { ...file, bytes: pieces('LocalID\n1\n') })).rejects.toThrow(
    Conflict,
  )
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

test('a file that breaks off leaves nothing', async () => {
  const { portal, send, count } = await trust()
  await using _ = portal
  async function* brokenOff() {
    yield Buffer.alloc(3_000_000, 'LocalID\n0001\n')
    throw new Error('the client is gone')
  }
  await expect(send(brokenOff())).rejects.toThrow('did not arrive whole')
  expect(await count()).toBe(0)
  expect(await piecesKept(portal)).toBe(0)
})

test('an upload that was made keeps its bytes, also where the database’s word of it was lost', async () => {
  const { portal, ann, send } = await trust()
  await using _ = portal
  const { transaction } = portal.database
  const deaf: Portal = {
    ...portal,
    database: {
      ...portal.database,
      transaction: async (scope, work) => {
        let made = false
        const result = await transaction(scope, (tx) =>
          work({
            ...tx,
            run: (statement) => {
              made ||= statement.text.includes('insert into upload (')
              return tx.run(statement)
            },
          }),
        )
        if (made) throw Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' })
        return result
      },
    },
  }
  const file = { organisationCode: 'RX1', mode: 'update', filename: 'people.csv' } as const
  const bytes = () => pieces('LocalID\n0001\n')
  await expect(receiveUpload(deaf, ann, { ...file, bytes: bytes(), idempotencyKey: 'one' })).rejects.toThrow(
    'ECONNRESET',
  )
  const again = await send(bytes(), 'one')
  expect(again.repeated).toBe(true)
  const kept = await portal.database.transaction('everything', (tx) =>
    tx.row(sql`select count(*) from upload_bytes where upload_id = ${again.id}`),
  )
  expect(kept).toEqual({ count: 1 })
})

test('a file whose upload PostgreSQL has refused to make leaves nothing, where that is certain', async () => {
  const { portal, send } = await trust()
  await using _ = portal
  await asOwner(
    portal,
    `create function fail() returns trigger language plpgsql as $$
     begin raise exception 'another one was first' using errcode = '40001'; end $$;
     create trigger fail before insert on upload for each row execute function fail();`,
  )
  await failsAndLeavesNothing(portal, send(pieces('LocalID\n0001\n')))
})

test('a file of which PostgreSQL has lost a piece, killed before it was on the disk, isn’t taken for whole', async () => {
  const { portal, send } = await trust()
  await using _ = portal
  const bytes = Buffer.alloc(2_500_000, 'LocalID\n0001\n')
  async function* arriving() {
    yield bytes.subarray(0, 1_500_000)
    await asOwner(portal, 'delete from upload_bytes where number = 0')
    yield bytes.subarray(1_500_000)
  }
  await failsAndLeavesNothing(portal, send(arriving()))
})

test('pieces of a file whose process was killed go after a day, and those still arriving stay', async () => {
  const { portal, organisation, send } = await trust()
  await using _ = portal
  await send(pieces('LocalID\n0001\n'))
  await portal.database.transaction([organisation], (tx) =>
    tx.run(sql`insert into upload_bytes (upload_id, number, organisation_id, bytes, arrived_at) values
      (9001, 0, ${organisation}, 'a', now() - interval '25 hours'),
      (9002, 0, ${organisation}, 'a', now() - interval '25 hours'),
      (9002, 1, ${organisation}, 'b', now() - interval '1 hour')`),
  )
  await keepUp(portal)
  expect(await piecesKept(portal)).toBe(3)
})

async function failsAndLeavesNothing(portal: Portal, sending: Promise<unknown>): Promise<void> {
  const error = await sending.catch((thrown) => thrown)
  expect(isOutage(error)).toBe(true)
  const made = await portal.database.transaction('everything', (tx) => tx.rows(sql`select from upload`))
  expect(made).toEqual([])
  expect(await piecesKept(portal)).toBe(0)
}

async function piecesKept(portal: Portal): Promise<number | undefined> {
  const kept = await portal.database.transaction('everything', (tx) =>
    tx.row<{ count: number }>(sql`select count(*) from upload_bytes`),
  )
  return kept?.count
}
