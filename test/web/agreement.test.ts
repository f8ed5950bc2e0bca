import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Actor } from '../../src/access/actor.ts'
import { applyChangeSet } from '../../src/changes/apply/apply.ts'
import type { Portal } from '../../src/portal.ts'
import { findUpload } from '../../src/uploads/find-uploads.ts'
import { makeActor, makeOrganisation, testPortal } from '../support/portal.ts'
import { setLimits } from '../support/settings.ts'
import { planUndoOf } from '../support/undo.ts'
import { check, create, csv, somebody } from '../support/upload.ts'
import { type Browser, type Pages, testPages } from '../support/web.ts'

const PEOPLE = 60

let portal: Portal
let pages: Pages
let ann: Actor
let asker: Browser
let agreer: Browser
let organisationId: number

beforeAll(async () => {
  portal = await testPortal()
  pages = await testPages(portal)
  organisationId = await makeOrganisation(portal, 'RX1')
  ann = await makeActor(portal, 'ann@rx1.example', 'local-administrator', organisationId)
  const bob = await makeActor(portal, 'bob@rx1.example', 'local-administrator', organisationId)
  asker = await pages.signedIn(ann)
  agreer = await pages.signedIn(bob)
  const people = Array.from({ length: PEOPLE }, (_, n) => `P${n},${somebody(n)},Notes`)
  await create(portal, ann, 'RX1', csv('LocalID,FirstName,LastName,Mobile,Description', ...people))
})

afterAll(async () => {
  await pages[Symbol.asyncDispose]()
  await portal[Symbol.asyncDispose]()
})

test('a file that empties a field of many is held: the page says why, who can agree, and until when', async () => {
  const path = `/uploads/${await emptied()}`
  const plan = await asker.get(path)
  expect(plan.text).toContain('Another person must agree to this')
  expect(plan.text).toContain('60 accounts have a field emptied (the limit is 50).')
  expect(plan.text).toContain('Can agree: bob@rx1.example.')
  expect(plan.text).toContain('Ask for agreement: Update 60 accounts')
  const asked = await asker.submit(`${path}/confirmation`)
  expect(asked.text).toContain('They have been asked, and nothing is changed until they do.')
  expect(asked.text).toMatch(/If nobody agrees by \d+ \w+ \d{4} at [\d:]+[ap]m/)
  expect(asked.text).not.toContain('Cancel this upload')
  expect(asked.html).not.toContain('value="decline"')
  const list = await asker.get('/uploads')
  expect(list.text).toContain('Waiting for agreement')

  const home = await agreer.get('/')
  expect(home.text).toContain('waiting for your agreement: 60 accounts to change')
  expect((await asker.get('/')).text).not.toContain('waiting for your agreement')
  const seen = await agreer.get(path)
  expect(seen.text).toContain('Will be updated (60)')
  expect(seen.text).toContain('Notes')
  const plan2 = /name="plan" value="(\w+)"/.exec(seen.html)?.[1] ?? ''
  const agreed = await agreer.submit(`/changes/${path.slice(9)}/agreement`, { answer: 'agree', plan: plan2 })
  expect(agreed.text).toContain('You have agreed.')
  const data = { changeSetId: Number(path.slice(9)), organisationId }
  await applyChangeSet(portal, { data })
  expect(await findUpload(portal, ann, data.changeSetId)).toMatchObject({ results: { updated: 60 } })
  expect((await asker.get(path)).text).toMatch(/bob@rx1\.example agreed on/)

  const undo = await planUndoOf(portal, ann, data.changeSetId)
  expect((await asker.get(`/changes/${undo}`)).text).toContain('Take back 60 accounts')
})

test('where nobody can agree, it says who must be appointed', async () => {
  const alone = await makeOrganisation(portal, 'RL1')
  const lone = await makeActor(portal, 'lone@rl1.example', 'local-administrator', alone)
  await setLimits(portal, alone, { touched: { count: 0, share: 0 } })
  await create(portal, lone, 'RL1', csv('LocalID,FirstName,LastName,Mobile', `L1,${somebody(900)}`))
  const { upload } = await check(portal, lone, 'RL1', csv('LocalID,JobTitle', 'L1,Nurse'))
  const page = await pages.signedIn(lone)
  await page.get(`/uploads/${upload.id}`)
  const asked = await page.submit(`/uploads/${upload.id}/confirmation`)
  expect(asked.text).toContain(
    'nobody can yet: somebody must be given the role of a local administrator of RL1 Trust (RL1) first',
  )
  expect(asked.text).not.toContain('They have been asked')
})

test('an undo of any kind is held and answered on its own page', async () => {
  const people = Array.from({ length: 55 }, (_, n) => `N${n},${somebody(500 + n)}`)
  const made = await create(portal, ann, 'RX1', csv('LocalID,FirstName,LastName,Mobile', ...people))
  const undo = await planUndoOf(portal, ann, made.id)
  const path = `/changes/${undo}`
  expect((await asker.get(path)).text).toContain('Ask for agreement: Take back 55 accounts')
  expect((await asker.submit(`${path}/confirmation`)).text).toContain(
    'Waiting for another person’s agreement',
  )
  const nothing = await agreer.submit(`${path}/agreement`, { answer: 'decline', reason: ' ' })
  expect(nothing.status).toBe(400)
  expect(nothing.text).toContain('Say why you decline')
  const declined = await agreer.submit(`${path}/agreement`, { answer: 'decline', reason: 'They stay.' })
  expect(declined.text).toContain('You have declined, and nothing was changed.')
  expect((await asker.get(path)).text).toContain('bob@rx1.example did not agree: They stay.')
})

test('what was asked is withdrawn, changed and asked again; an answer to what was seen before is refused', async () => {
  const id = await emptied(PEOPLE, 'Other')
  await asker.get(`/uploads/${id}`)
  await asker.submit(`/uploads/${id}/confirmation`)
  const withdrawn = await asker.submit(`/changes/${id}/withdrawal`)
  expect(withdrawn.text).toContain('Nobody is asked for agreement any more.')
  expect(withdrawn.text).toContain('Ask for agreement: Update 60 accounts')
  await asker.submit(`/uploads/${id}/confirmation`)
  await agreer.get(`/uploads/${id}`)
  const refused = await agreer.submit(`/changes/${id}/agreement`, { answer: 'agree', plan: 'of-before' })
  expect(refused.status).toBe(409)
  const own = await asker.submit(`/changes/${id}/agreement`, { answer: 'agree' })
  expect(own.status).toBe(403)
  const declined = await agreer.submit(`/changes/${id}/agreement`, { answer: 'decline', reason: 'Not now' })
  expect(declined.text).toContain('was declined')
  expect(declined.text).toContain('bob@rx1.example did not agree: Not now')
})

/** A checked file that empties a field of so many. */
async function emptied(rows = PEOPLE, department = 'Ward'): Promise<number> {
  const lines = Array.from({ length: rows }, (_, n) => `P${n},[clear],${department}`)
  if (department !== 'Ward') {
    const filled = Array.from({ length: rows }, (_, n) => `P${n},Notes`)
    const { upload } = await check(portal, ann, 'RX1', csv('LocalID,Description', ...filled))
    await asker.get(`/uploads/${upload.id}`)
    await asker.submit(`/uploads/${upload.id}/confirmation`)
    await applyChangeSet(portal, { data: { changeSetId: upload.id, organisationId } })
  }
  return (await check(portal, ann, 'RX1', csv('LocalID,Description,Department', ...lines))).upload.id
}
