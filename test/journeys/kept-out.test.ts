import { expect, test } from 'vitest'
import { findAccounts } from '../../src/directory/find-accounts.ts'
import { ROUTES } from '../../src/web/routes.ts'
import { isAccessible, type Person, person } from '../support/browser.ts'
import { makeActor, makeOrganisation } from '../support/portal.ts'
import { givePassword } from '../support/serving.ts'
import { aTrustWith } from '../support/trust.ts'
import { check, create, csv } from '../support/upload.ts'

const HEADING = 'LocalID,FirstName,LastName,Mobile'
let upload = 0
let account = 0

const trust = aTrustWith(csv(HEADING, '0001,Jane,Smith,07700 900001'), async (portal, organisation, ann) => {
  const other = await makeOrganisation(portal, 'RY2')
  await givePassword(portal, await makeActor(portal, 'help@trust.example', 'local-helpdesk', organisation))
  await givePassword(portal, await makeActor(portal, 'audit@trust.example', 'auditor', organisation))
  const far = await makeActor(portal, 'far@other.example', 'local-administrator', other)
  await givePassword(portal, far)
  await create(portal, far, 'RY2', csv(HEADING, '0001,Zoe,Foreign,07700 900077'))
  upload = (await check(portal, ann, 'RX1', csv('LocalID,JobTitle', '0001,Nurse'))).upload.id
  account = (await findAccounts(portal, ann, { limit: 1 })).accounts[0]?.id as number
})

async function answers(someone: Person, path: string): Promise<number | undefined> {
  return (await someone.page.goto(path))?.status()
}

/** What would change the upload, or give it away. */
const DEEDS = ['confirmation', 'cancellation', 'decisions']
const FILES = ['results.csv', 'failed-rows.csv', 'problems.csv', 'progress']

/** Sends a form as the page would, with the token of a page that they may see. */
async function posts(someone: Person, path: string): Promise<number> {
  await someone.goesTo('/password')
  const token = await someone.page.locator('form[action="/password"] input[name=_csrf]').inputValue()
  const response = await someone.page.request.post(path, {
    form: { _csrf: token },
    headers: { origin: trust.muster.url },
  })
  return response.status()
}

test('an administrator of another organisation: as if it did not exist', async () => {
  const far = await person(trust.browser, trust.muster.url)
  await far.signsIn('far@other.example')
  expect(await answers(far, `/uploads/${upload}`)).toBe(404)
  for (const file of FILES) expect(await answers(far, `/uploads/${upload}/${file}`), file).toBe(404)
  for (const deed of DEEDS) expect(await posts(far, `/uploads/${upload}/${deed}`), deed).toBe(404)
  expect(await answers(far, `/accounts/${account}`)).toBe(404)
  await far.sees('Page not found')
  await far.doesNotSee(/SMITH/)
  await far.goesTo('/accounts')
  await far.sees(/FOREIGN, Zoe/)
  await far.doesNotSee(/SMITH, Jane/)
  await far.closes()
})

test('helpdesk reads accounts, and neither sees nor sends uploads', async () => {
  const help = await person(trust.browser, trust.muster.url)
  await help.signsIn('help@trust.example')
  expect(await answers(help, `/accounts/${account}`)).toBe(200)
  expect(await answers(help, '/uploads')).toBe(403)
  expect(await answers(help, '/uploads/new')).toBe(403)
  expect(await answers(help, `/uploads/${upload}`)).toBe(403)
  await help.sees('You may not do this')
  for (const file of FILES) expect(await answers(help, `/uploads/${upload}/${file}`), file).toBe(403)
  for (const deed of [...DEEDS.map((deed) => `/${upload}/${deed}`), ''])
    expect(await posts(help, `/uploads${deed}`), deed).toBe(403)
  await help.closes()
})

test('an auditor sees an upload but can’t confirm it', async () => {
  const auditor = await person(trust.browser, trust.muster.url)
  await auditor.signsIn('audit@trust.example')
  expect(await answers(auditor, `/uploads/${upload}`)).toBe(200)
  expect(await auditor.page.getByRole('button', { name: /Update|upload/ }).count()).toBe(0)
  expect(await answers(auditor, '/uploads/new')).toBe(403)
  for (const deed of [...DEEDS.map((deed) => `/${upload}/${deed}`), ''])
    expect(await posts(auditor, `/uploads${deed}`), deed).toBe(403)
  await auditor.closes()
})

test('after all that, the upload is as it was', async () => {
  const ann = await person(trust.browser, trust.muster.url)
  await ann.signsIn('ann@trust.example')
  await ann.goesTo(`/uploads/${upload}`)
  await ann.sees('Nothing has been changed yet.')
  await ann.sees('Update 1 account')
  await ann.closes()
})

test('who isn’t signed in sees no page and sends no form but those of signing in', async () => {
  const stranger = await person(trust.browser, trust.muster.url)
  for (const [method, route, may] of ROUTES.filter(([, , may]) => may !== 'anyone')) {
    const path = route.replace(':id', '1')
    const send = method === 'GET' ? stranger.page.request.get : stranger.page.request.post
    const answer = await send.call(stranger.page.request, path, { maxRedirects: 0 })
    expect([302, 303, 403], `${method} ${route}, for ${may}`).toContain(answer.status())
    if (method === 'GET') expect(answer.headers().location, route).toMatch(/^\/sign-in/)
    expect(await answer.text(), route).not.toMatch(/Smith|people\.csv/i)
  }
  await stranger.closes()
})

test('who isn’t signed in is sent to sign in, and then to where they were going', async () => {
  const ann = await person(trust.browser, trust.muster.url)
  await ann.goesTo(`/accounts/${account}`)
  await ann.sees('I have forgotten my password')
  await ann.page.getByLabel('E-mail address').fill('ann@trust.example')
  await ann.page.getByLabel('Password', { exact: true }).fill('brass-kettle-winter')
  await ann.clicks('Sign in')
  await ann.page.waitForURL(`**/accounts/${account}`)
  await ann.closes()
})

test('guessing is slowed down, and a forgotten password is set by a link that works once', async () => {
  const stranger = await person(trust.browser, trust.muster.url)
  for (let attempt = 0; attempt < 11; attempt++) {
    await stranger.goesTo('/sign-in')
    await stranger.page.getByLabel('E-mail address').fill('audit@trust.example')
    await stranger.page.getByLabel('Password', { exact: true }).fill(`guess ${attempt}`)
    await stranger.clicks('Sign in')
    await stranger.sees('There is a problem')
  }
  await stranger.sees(/too many attempts. Wait \d+ minutes/)

  await stranger.goesTo('/password/forgotten')
  await stranger.page.getByLabel('E-mail address').fill('help@trust.example')
  await stranger.clicks('Send me a link')
  await stranger.sees('Check your e-mail')
  const link = () =>
    trust.muster.smtp.accepted
      .filter((mail) => JSON.stringify(mail.to).includes('help@trust.example'))
      .map((mail) => /http:\S+\/password\/set\S+/.exec(mail.text ?? '')?.[0])[0]
  await expect.poll(link, { timeout: 20_000 }).toBeTruthy()
  await stranger.goesTo(link() as string)
  await isAccessible(stranger, 'setting a password')
  await stranger.page.getByLabel('New password', { exact: true }).fill('quiet-harbour-lamp')
  await stranger.clicks('Set this password')
  await stranger.sees('Your password is set.')
  await stranger.goesTo(link() as string)
  await stranger.sees('This link no longer works')

  await stranger.goesTo('/sign-in')
  await stranger.page.getByLabel('E-mail address').fill('help@trust.example')
  await stranger.page.getByLabel('Password', { exact: true }).fill('quiet-harbour-lamp')
  await stranger.clicks('Sign in')
  await stranger.sees('What do you want to do?')
  await stranger.closes()
})
