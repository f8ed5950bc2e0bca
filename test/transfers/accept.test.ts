import sql from 'sql-template-tag'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Actor } from '../../src/access/actor.ts'
import { applyChangeSet } from '../../src/changes/apply/apply.ts'
import { confirmChangeSet } from '../../src/changes/confirm.ts'
import { findAgreement } from '../../src/changes/find-agreement.ts'
import { findAccount } from '../../src/directory/find-accounts.ts'
import { InvalidInput } from '../../src/errors.ts'
import type { Portal } from '../../src/portal.ts'
import { accept } from '../../src/transfers/accept.ts'
import { findAsked } from '../../src/transfers/find-asked.ts'
import { makeAccount } from '../support/account.ts'
import { setAsItIs } from '../support/change-sets.ts'
import { makeActor, makeOrganisation, testPortal } from '../support/portal.ts'
import { planATransfer } from '../support/transfer.ts'

let portal: Portal
let [own, other]: [number, number] = [0, 0]
let ann: Actor
let zoe: Actor

beforeAll(async () => {
  portal = await testPortal()
  own = await makeOrganisation(portal, 'RA1')
  other = await makeOrganisation(portal, 'ZB1', {
    sites: [
      { code: 'N', name: 'North House' },
      { code: 'S', name: 'South House' },
    ],
    units: ['Cardiology'],
  })
  ann = await makeActor(portal, 'ann@x.example', 'local-administrator', own)
  zoe = await makeActor(portal, 'zoe@x.example', 'local-administrator', other)
  for (let n = 0; n < 30; n++) await person(own, `F${n}`) // so that a few are few
})

afterAll(() => portal[Symbol.asyncDispose]())

test('the side that takes people chooses site, unit and local IDs, and the other one is told', async () => {
  await person(other, 'A1')
  await person(other, 'A2')
  const { set, people } = await asked('A1', 'A2', 'A3')
  const [jo, mia, lee] = people as [number, number, number]
  const seen = await findAsked(portal, zoe, set, people)
  expect([...(seen?.people.values() ?? [])].map(({ localId }) => localId)).toEqual(['A1-RA1', 'A2-RA1', null])
  const before = await findAgreement(portal, zoe, set)
  await accept(portal, zoe, set, {
    ...{ planHash: before.planHash as string, site: 'n', organisationalUnit: 'Cardiology' },
    typed: new Map([
      [jo, 'Z-7'],
      [mia, 'A2-RA1'],
    ]),
  })
  const after = await findAgreement(portal, ann, set)
  expect(after.planHash).not.toBe(before.planHash)
  expect(after.needs).toMatchObject([
    {
      agreedBy: 'zoe@x.example',
      chosen: { site: 'North House', organisationalUnit: 'Cardiology', localIds: 1 },
    },
  ])
  expect(await mailTo('ann@x.example')).toContain(
    'chose the site “North House”, the unit “Cardiology” and 1 other local ID than was proposed.',
  )
  await applyChangeSet(portal, { data: { changeSetId: set, organisationId: own } })
  expect(await setAsItIs(portal, set)).toMatchObject({ status: 'completed', results: { updated: 3 } })
  const places = { site: 'North House', organisationalUnit: 'Cardiology' }
  expect(await findAccount(portal, zoe, jo)).toMatchObject({ localId: 'Z-7', ...places })
  expect(await findAccount(portal, zoe, mia)).toMatchObject({ localId: 'A2-RA1', ...places })
  expect(await findAccount(portal, zoe, lee)).toMatchObject({ localId: 'A3', ...places })
  const noted = await portal.database.transaction('everything', (tx) =>
    tx.rows<{ organisation: number; details: object }>(
      sql`select organisation_id as organisation, details from audit_entry
          where act = 'agreement-given' and about_id = ${set} order by organisation_id`,
    ),
  )
  const details = { site: 'North House', unit: 'Cardiology', 'other local IDs': 1 }
  expect(noted).toEqual([own, other].map((organisation) => ({ organisation, details })))
})

test('all that is wrong with the choices is said at once, and nothing is agreed to', async () => {
  await person(other, 'B1')
  const { set, people } = await asked('B1', 'B2', 'B3')
  const [jo, mia, lee] = people as [number, number, number]
  const wrong = await accept(portal, zoe, set, {
    ...{ site: 'Nowhere', organisationalUnit: 'Nothing', leaveOut: [3] },
    typed: new Map([
      [jo, 'b1'],
      [mia, ''],
      [lee, 'left out anyhow'],
    ]),
  }).then(
    () => null,
    (error) => error as InvalidInput,
  )
  expect(wrong).toBeInstanceOf(InvalidInput)
  const all = wrong ? [wrong, ...wrong.others] : []
  expect(all.map(({ field, code }) => `${field} ${code}`)).toEqual([
    'reason no-reason',
    expect.stringMatching(/^site /),
    expect.stringMatching(/^organisationalUnit /),
    `localId-${jo} local-id-taken`,
  ])
  await expect(accept(portal, zoe, set, { newLocalIds: { B1: 'B2' } })).rejects.toThrow(
    'Somebody else who comes',
  )
  await expect(accept(portal, zoe, set, { newLocalIds: { F1: 'B9' } })).rejects.toThrow('isn’t among those')
  expect(await setAsItIs(portal, set)).toMatchObject({ status: 'awaiting-agreement' })
  await expect(accept(portal, ann, set, { site: 'Main' })).rejects.toThrow('You confirmed this yourself')
})

test('a local ID that was taken since it was proposed gets another proposal', async () => {
  await person(other, 'C1')
  const { set, people } = await asked('C1')
  await person(other, 'C1-RA1')
  const seen = await findAsked(portal, zoe, set, people)
  expect(seen?.people.get(people[0] as number)?.localId).toBe('C1-RA1-2')
})

test('where nothing is chosen the plan is the one that was asked for', async () => {
  const { set, people } = await asked('D1')
  const { planHash } = await findAgreement(portal, zoe, set)
  await accept(portal, zoe, set, {
    site: '',
    organisationalUnit: '',
    typed: new Map([[people[0] as number, '']]),
  })
  const after = await findAgreement(portal, ann, set)
  expect(after.planHash).toBe(planHash)
  expect(after.needs).toMatchObject([{ chosen: null }])
})

async function asked(...localIds: string[]): Promise<{ set: number; people: number[] }> {
  const people: number[] = []
  for (const localId of localIds) people.push(await person(own, localId))
  const set = await planATransfer(portal, ann, {
    from: { code: 'RA1' },
    to: 'ZB1',
    accounts: { ids: people },
  })
  await confirmChangeSet(portal, ann, set)
  return { set, people }
}

async function mailTo(email: string): Promise<string> {
  const found = await portal.database.transaction('everything', (tx) =>
    tx.row<{ message: string }>(
      sql`select text as message from mail where to_address = ${email} order by id desc limit 1`,
    ),
  )
  return found?.message ?? ''
}

function person(organisationId: number, localId: string): Promise<number> {
  return makeAccount(portal, {
    ...{ organisationId, updatedBy: ann.administratorId, firstName: 'Jo', lastName: 'Doe', localId },
  })
}
