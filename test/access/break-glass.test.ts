import sql from 'sql-template-tag'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Actor } from '../../src/access/actor.ts'
import { actorFor, addAdministrator } from '../../src/access/administrators.ts'
import { setBreakGlass } from '../../src/access/break-glass.ts'
import { findAdministrator } from '../../src/access/find-administrators.ts'
import { findAudit } from '../../src/access/find-audit.ts'
import { forgottenPassword, mailLinks } from '../../src/access/forgotten-password.ts'
import { proveByPassword } from '../../src/access/second-factor/prove.ts'
import { changePassword, setPasswordByLink } from '../../src/access/set-password.ts'
import { signIn } from '../../src/access/sign-in.ts'
import { selectAnyAdministrator } from '../../src/access/store.ts'
import type { Portal } from '../../src/portal.ts'
import { openProvider, type TestProvider } from '../support/identity-provider.ts'
import { secretForNewestMail } from '../support/link.ts'
import { makeActor, makeOrganisation, testPortal } from '../support/portal.ts'
import { givePassword, PASSWORD } from '../support/serving.ts'
import { type Pages, testPages } from '../support/web.ts'

// A portal in which passwords are switched off.

const GLASS = 'glass@trust.example'
const OTHER = 'other@trust.example'

let portal: Portal
let provider: TestProvider
let pages: Pages
const events: Record<string, unknown>[] = []

beforeAll(async () => {
  provider = await openProvider('http://127.0.0.1:3000')
  portal = await testPortal({ oidcProviders: [provider.setting], localSignIn: 'off' })
  const log = (entry: Record<string, unknown>) => events.push(entry)
  portal.log = Object.assign(Object.create(portal.log), { info: log, warn: log })
  const organisation = await makeOrganisation(portal, 'RX1')
  for (const email of [GLASS, OTHER])
    await givePassword(portal, await makeActor(portal, email, 'local-administrator', organisation))
  await setBreakGlass(portal, 'Glass@trust.example', true)
  pages = await testPages(portal)
})

afterAll(async () => {
  await pages[Symbol.asyncDispose]()
  await portal[Symbol.asyncDispose]()
  await provider[Symbol.asyncDispose]()
})

const entering = (email: string, password = PASSWORD) => signIn(portal, { email, password, ip: '192.0.2.1' })

test('a password opens the door for who was chosen alone; a wrong one is told as a right one of somebody else', async () => {
  expect(await entering(GLASS)).toMatchObject({ email: GLASS })
  const refusals = await Promise.all(
    [entering(OTHER), entering(OTHER, 'wrong'), entering(GLASS, 'wrong'), entering('nobody@x.example')].map(
      (refused) => refused.catch((error: Error) => error.message),
    ),
  )
  expect(new Set(refusals)).toEqual(
    new Set([
      'The e-mail address or the password is wrong, or you are not one of the few who may sign in with a password here.',
    ]),
  )
})

test('who may not sign in with a password has none to confirm with either, nor to change', async () => {
  for (const email of [GLASS, OTHER]) {
    const administrator = await portal.database.transaction('everything', (tx) =>
      selectAnyAdministrator(tx, email),
    )
    const actor = (await actorFor(portal, administrator?.id as number)) as Actor
    const page = await (await pages.signedIn(actor)).get('/password')
    expect([/name="current"/.test(page.html), page.text.includes('You have no password here')]).toEqual(
      email === GLASS ? [true, false] : [false, true],
    )
    expect(page.text).not.toContain('ask for a link')
    const who = { administratorId: actor.administratorId, email, ip: '192.0.2.1', isSignedIn: true }
    const proven = proveByPassword(portal, who, PASSWORD).then(() => 'proven')
    if (email === GLASS) expect(await proven).toBe('proven')
    else await expect(proven).rejects.toThrow('This is not your password.')
  }
})

test('each use is an event, in the audit log, and told to all Global Administrators without a name', async () => {
  const grace = await makeActor(portal, 'grace@trust.example', 'global-administrator')
  const { administratorId } = await entering(GLASS)
  expect(events).toContainEqual({ event: 'authn_break_glass_used', administrator: administratorId })
  const { entries } = await findAudit(portal, grace, { limit: 2 })
  expect(entries[0]).toMatchObject({ act: 'break-glass-used', by: { email: GLASS } })
  const mails = await portal.database.transaction('everything', (tx) =>
    tx.rows<{ to: string; text: string }>(
      sql`select to_address as to, text from mail where subject like '%emergency%'`,
    ),
  )
  expect(mails.map(({ to }) => to)).toEqual(['grace@trust.example'])
  expect(mails[0]?.text).not.toMatch(/glass/i)
  expect(await findAdministrator(portal, grace, administratorId)).toMatchObject({ isBreakGlass: true })
})

test('nobody else sets a password, by a link or by the one that they had; no link is sent to them', async () => {
  const organisationCode = 'RX1'
  const { link } = await addAdministrator(portal, {
    email: 'new@trust.example',
    role: 'auditor',
    organisationCode,
  })
  const secret = link.split('=')[1] as string
  await expect(setPasswordByLink(portal, secret, 'correct plum wagon')).rejects.toThrow('switched off')
  const page = await pages.browser().get(`/password/set?link=${secret}`)
  expect(page.text).toContain('Sign in with Trust Login')
  expect(page.html).not.toContain('type="password"')
  for (const email of [OTHER, GLASS]) await forgottenPassword(portal, { email, ip: '192.0.2.1' })
  await mailLinks(portal)
  const mails = await portal.database.transaction('everything', (tx) =>
    tx.rows<{ to: string; text: string }>(
      sql`select to_address as to, text from mail where link_id is not null order by id`,
    ),
  )
  expect(mails.map(({ to }) => to)).toEqual(['new@trust.example', GLASS])
  expect(mails[0]?.text).toContain('Accept the invitation')
  await setPasswordByLink(portal, await secretForNewestMail(portal, GLASS), 'correct plum wagon')
  expect(await entering(GLASS, 'correct plum wagon')).toMatchObject({ email: GLASS })
  await portal.database.transaction('everything', async (tx) => {
    const other = await tx.row<{ id: number }>(sql`select id from administrator where email = ${OTHER}`)
    const actor = { administratorId: other?.id as number, email: OTHER, name: OTHER, grants: [] }
    const nothing = { organisationId: null, notice: null, openid: null, secondFactor: null }
    const session = { actor, idHash: Buffer.from('x'), provenAt: new Date(), ...nothing }
    const given = { current: PASSWORD, password: 'correct plum wagon', ip: '192.0.2.1' }
    await expect(changePassword(portal, session, given)).rejects.toThrow('switched off')
  })
})

test('the sign-in page has the other system’s button, and the password on a page for emergencies', async () => {
  const browser = pages.browser()
  const page = await browser.get('/sign-in?next=%2Fuploads')
  expect(page.text).toContain('Sign in with Trust Login')
  expect(page.html).not.toContain('type="password"')
  expect(page.html).toContain('href="/sign-in?with=password&amp;next=%2Fuploads"')
  const emergency = await browser.get('/sign-in?with=password&next=%2Fuploads')
  expect(emergency.html).toContain('<title>Sign in in an emergency – Muster</title>')
  const wrong = await browser.submit('/sign-in', { email: OTHER, password: PASSWORD })
  expect(wrong.html).toContain('<title>Error: Sign in in an emergency – Muster</title>')
})

test('what was given is taken away again', async () => {
  await setBreakGlass(portal, GLASS, false)
  await expect(entering(GLASS, 'correct plum wagon')).rejects.toThrow('wrong')
  await expect(setBreakGlass(portal, 'nobody@x.example', true)).rejects.toThrow('no administrator')
})
