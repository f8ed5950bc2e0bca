import { expect, test } from 'vitest'
import { cancelChangeSet } from '../../src/changes/cancel.ts'
import { findUpload } from '../../src/uploads/find-uploads.ts'
import { receiveUpload } from '../../src/uploads/receive.ts'
import { keepUp } from '../../src/worker/upkeep.ts'
import { makeActor, makeOrganisation, testPortal } from '../support/portal.ts'
import { check, csv, receive } from '../support/upload.ts'

const FILE = csv('LocalID', '1')
const REFUSED = { name: 'InvalidInput', field: 'file', code: 'too-many-waiting' }

async function trust(settings: Parameters<typeof testPortal>[0]) {
  const portal = await testPortal(settings)
  const organisations = [await makeOrganisation(portal, 'RX1'), await makeOrganisation(portal, 'RX2')]
  const ann = await makeActor(portal, 'ann@trust.example', 'local-administrator', ...organisations)
  return { portal, ann }
}

test('an organisation has so many files waiting; one that is cancelled makes room, and another’s are another’s', async () => {
  const { portal, ann } = await trust({ uploadMaxWaitingFiles: 2 })
  await using _ = portal
  await receive(portal, ann, 'RX1', FILE)
  const { upload } = await check(portal, ann, 'RX1', FILE)
  await expect(receive(portal, ann, 'RX1', FILE)).rejects.toMatchObject(REFUSED)
  await receive(portal, ann, 'RX2', FILE)
  await cancelChangeSet(portal, ann, upload.id)
  await receive(portal, ann, 'RX1', FILE)
})

test('of many at the same moment as many are taken as there is room for', async () => {
  const { portal, ann } = await trust({ uploadMaxWaitingFiles: 3 })
  await using _ = portal
  const sent = await Promise.allSettled(Array.from({ length: 12 }, () => receive(portal, ann, 'RX1', FILE)))
  expect(sent.filter(({ status }) => status === 'fulfilled')).toHaveLength(3)
  for (const one of sent) if (one.status === 'rejected') expect(one.reason).toMatchObject(REFUSED)
})

test('a file that finds no room is refused while it still arrives, and what came of it takes no room', async () => {
  const { portal, ann } = await trust({ uploadMaxWaitingBytes: 3_000_000 })
  await using _ = portal
  await receive(portal, ann, 'RX1', Buffer.alloc(2_000_000, 'x'))
  let sent = 0
  async function* large() {
    for (; sent < 100; sent++) yield Buffer.alloc(500_000, 'x')
  }
  const file = { organisationCode: 'RX1', mode: 'update', filename: 'people.csv' } as const
  await expect(receiveUpload(portal, ann, { ...file, bytes: large() })).rejects.toMatchObject(REFUSED)
  expect(sent).toBeLessThan(10)
  await receive(portal, ann, 'RX1', FILE)
})

test('a file that arrives slowly holds up no other of its organisation', async () => {
  const { portal, ann } = await trust({})
  await using _ = portal
  async function* slow() {
    yield Buffer.alloc(1_500_000, 'x')
    yield Buffer.alloc(1_500_000, 'x')
    await receive(portal, ann, 'RX1', FILE)
    yield Buffer.from('x')
  }
  const file = { organisationCode: 'RX1', mode: 'update', filename: 'people.csv' } as const
  expect(await receiveUpload(portal, ann, { ...file, bytes: slow() })).toMatchObject({ repeated: false })
})

test('what was sent before is answered as before, whatever waits', async () => {
  const { portal, ann } = await trust({ uploadMaxWaitingFiles: 1 })
  await using _ = portal
  const send = () =>
    receiveUpload(portal, ann, {
      ...{ organisationCode: 'RX1', mode: 'update', filename: 'people.csv', idempotencyKey: 'key' },
      bytes: (async function* () {
        yield Buffer.from(FILE)
      })(),
    })
  const { id } = await send()
  expect(await send()).toEqual({ id, repeated: true })
})

test('a file that nobody confirms makes room after its days', async () => {
  const opened = await trust({ uploadMaxWaitingFiles: 1 })
  await using _ = opened.portal
  let now = new Date()
  const portal = { ...opened.portal, clock: { now: () => now } }
  const { upload } = await check(portal, opened.ann, 'RX1', FILE)
  await expect(receive(portal, opened.ann, 'RX1', FILE)).rejects.toMatchObject(REFUSED)
  now = new Date(now.getTime() + (portal.config.uploadKeepDays + 1) * 24 * 3600_000)
  await keepUp(portal)
  expect(await findUpload(portal, opened.ann, upload.id)).toMatchObject({ status: 'cancelled' })
  await receive(portal, opened.ann, 'RX1', FILE)
})
