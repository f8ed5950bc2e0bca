import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Actor } from '../../src/access/actor.ts'
import { decline } from '../../src/changes/agree.ts'
import { applyChangeSet } from '../../src/changes/apply/apply.ts'
import { confirmChangeSet } from '../../src/changes/confirm.ts'
import { findChangeSet } from '../../src/changes/find-change-sets.ts'
import { findAccount } from '../../src/directory/find-accounts.ts'
import type { Portal } from '../../src/portal.ts'
import { findAsked } from '../../src/transfers/find-asked.ts'
import { startTransfer } from '../../src/transfers/start.ts'
import { findRows } from '../../src/uploads/find-rows.ts'
import { makeAccount } from '../support/account.ts'
import { setAsItIs } from '../support/change-sets.ts'
import { makeActor, makeOrganisation, testPortal } from '../support/portal.ts'
import { planATransfer } from '../support/transfer.ts'
import { testPages } from '../support/web.ts'

let portal: Portal
let [own, other]: [number, number] = [0, 0]
let ann: Actor
let zoe: Actor

beforeAll(async () => {
  portal = await testPortal()
  own = await makeOrganisation(portal, 'RA1')
  other = await makeOrganisation(portal, 'ZB1')
  ann = await makeActor(portal, 'ann@x.example', 'local-administrator', own)
  zoe = await makeActor(portal, 'zoe@x.example', 'local-administrator', other)
  for (let n = 0; n < 30; n++) await person(`F${n}`) // so that two are few
})

afterAll(() => portal[Symbol.asyncDispose]())

test('who has rights on one side asks the other, which sees who would come, accepts some, and gets them', async () => {
  const [jo, mia] = [await person('A1', 'Nurse'), await person('A2')]
  const set = await planATransfer(portal, ann, {
    from: { code: 'RA1' },
    to: 'zb1',
    accounts: { ids: [jo, mia] },
  })
  await expect(findChangeSet(portal, zoe, set)).rejects.toThrow('no such change')
  expect(await findAsked(portal, ann, set, [jo])).toBe(null)
  await confirmChangeSet(portal, ann, set)
  expect(await findChangeSet(portal, zoe, set)).toMatchObject({
    ...{ status: 'awaiting-agreement', organisation: { code: 'RA1' }, counterpart: { code: 'ZB1' } },
  })
  expect((await findAsked(portal, zoe, set, [jo, mia]))?.people.get(jo)).toEqual({
    name: 'DOE, Jo (RA1)',
    jobTitle: 'Nurse',
    localId: null,
  })
  await expect(findAccount(portal, zoe, jo)).rejects.toThrow('no such account')
  await using pages = await testPages(portal)
  const browser = await pages.signedIn(zoe)
  expect((await browser.get('/')).text).toContain('RA1 Trust (RA1) asks you to take 2 people')
  const page = await browser.get(`/changes/${set}`)
  expect(page.text).toContain('DOE, Jo (RA1)')
  expect(page.text).toContain('Nurse')
  expect(page.text).toContain('2 people will move to ZB1 Trust (ZB1)')
  for (const [chosen, says] of [
    ['99', 'There is no row 99 here.'],
    ['1 and 2', '“and” is no number of a row.'],
    ['2-1', '“2-1” is no number of a row.'],
  ] as const) {
    const wrong = await browser.submit(`/changes/${set}/agreement`, { answer: 'agree', chosen, reason: 'x' })
    expect([wrong.status, wrong.html.includes('href="#leave-out"')]).toEqual([400, true])
    expect(wrong.text).toContain(says)
  }

  await browser.submit(`/changes/${set}/agreement`, {
    ...{ answer: 'agree', chosen: ' 2 – 2;', reason: 'We have no post for her.' },
  })
  await applyChangeSet(portal, { data: { changeSetId: set, organisationId: own } })
  expect(await setAsItIs(portal, set)).toMatchObject({ status: 'completed', results: { updated: 1 } })
  expect(await findAccount(portal, zoe, jo)).toMatchObject({ organisation: { code: 'ZB1' } })
  expect(await findAccount(portal, ann, mia)).toMatchObject({ organisation: { code: 'RA1' } })
  expect((await findRows(portal, ann, set, { limit: 5 })).rows).toHaveLength(2)
})

test('what was declined is seen no more by the other side, and nobody has moved', async () => {
  const jo = await person('B1')
  const set = await planATransfer(portal, ann, { from: { code: 'RA1' }, to: 'ZB1', accounts: { ids: [jo] } })
  await confirmChangeSet(portal, ann, set)
  await decline(portal, zoe, set, 'No.')
  await expect(findChangeSet(portal, zoe, set)).rejects.toThrow('no such change')
  await expect(findAsked(portal, zoe, set, [jo])).rejects.toThrow('no such change')
  expect(await findAccount(portal, ann, jo)).toMatchObject({ organisation: { code: 'RA1' } })
})

test('of an organisation without rights there no site is chosen, and none that isn’t there is asked', async () => {
  const wanted = { from: { code: 'RA1' }, to: 'ZB1', accounts: { localIds: ['F1'] } }
  await expect(startTransfer(portal, ann, { ...wanted, site: 'Main Hospital' })).rejects.toThrow(
    'You can’t choose a site',
  )
  await expect(startTransfer(portal, ann, { ...wanted, site: 'Nowhere' })).rejects.toThrow(
    'You can’t choose a site',
  )
  await expect(startTransfer(portal, ann, { ...wanted, to: 'QQ9' })).rejects.toThrow(
    'no organisation with the code',
  )
})

function person(localId: string, jobTitle: string | null = null): Promise<number> {
  return makeAccount(portal, {
    ...{
      organisationId: own,
      updatedBy: ann.administratorId,
      firstName: 'Jo',
      lastName: 'Doe',
      localId,
      jobTitle,
    },
  })
}
