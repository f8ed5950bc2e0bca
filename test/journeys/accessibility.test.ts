import { expect, test } from 'vitest'
import { actorFor } from '../../src/access/administrators.ts'
import { cancelChangeSet } from '../../src/changes/cancel.ts'
import { ROUTES } from '../../src/web/routes.ts'
import { isAccessible, type Person, person } from '../support/browser.ts'
import { makeActor, makeOrganisation } from '../support/portal.ts'
import { givePassword } from '../support/serving.ts'
import { aTrustWith } from '../support/trust.ts'
import { apply, check, csv, receive } from '../support/upload.ts'

const HEADING = 'LocalID,FirstName,LastName,Mobile,JobTitle'
const MIXED = csv(HEADING, '0001,Jane,Smith,,Sister', '2,,,,Porter', '0003,Eva,Novák,,', '9,,,x,[clear]')
const STARTERS = csv(
  HEADING,
  '71,Ann,New,07700 900071,',
  '3,Eve,Novak,07700 900072,',
  '72,Eva,Novák,07700 900003,',
)

/** The states of an upload that stay as they are while they are looked at. */
const uploads: Record<string, number> = {}

const trust = aTrustWith(
  csv(
    HEADING,
    '0001,Jane,Smith,07700 900001,Nurse',
    '0002,Omar,Khan,07700 900002,',
    '0003,Eva,Novák,07700 900003,',
  ),
  async (portal, organisation) => {
    const other = await makeOrganisation(portal, 'RY2')
    await givePassword(portal, await makeActor(portal, 'grace@muster.example', 'global-administrator'))
    await givePassword(
      portal,
      await makeActor(portal, 'help@trust.example', 'local-helpdesk', organisation, other),
    )
    const ann = await actorFor(portal, 1)
    if (!ann) throw new Error('Ann is not there')
    const file = async (content: string, mode?: 'create') =>
      (await check(portal, ann, 'RX1', content, mode)).upload
    uploads.checked = (await file(MIXED)).id
    uploads.creating = (await file(STARTERS, 'create')).id
    uploads.rejected = (await file('Name\r\nJane\r\n')).id
    uploads.completed = (await apply(portal, ann, await file(MIXED))).upload.id
    const cancelled = await file(MIXED)
    await cancelChangeSet(portal, ann, cancelled.id)
    uploads.cancelled = cancelled.id
  },
)

/** Each page, and the states of it; `:id` of a route stands for any number. */
const AS_ANN = () => [
  '/',
  '/uploads',
  '/uploads/new',
  ...['checked', 'creating', 'rejected', 'completed', 'cancelled'].map(
    (state) => `/uploads/${uploads[state]}`,
  ),
  ...['errors', 'unchanged', 'update'].map((show) => `/uploads/${uploads.checked}?show=${show}`),
  `/uploads/${uploads.creating}?show=possible-duplicates`,
  `/uploads/${uploads.completed}?result=failed`,
  '/accounts',
  '/accounts?search=nobody',
  '/accounts/1',
  '/reports',
  '/help/columns',
  '/password',
  '/no-such-page',
  '/accounts/99999',
]
const AS_GRACE = ['/outbox', '/outbox/1', '/organisation', '/']
const AS_HELPDESK = ['/', '/uploads', '/accounts']
const SIGNED_OUT = ['/sign-in', '/password/forgotten', '/password/set?link=none']

test.each([1280, 320])('every page in every state, %i wide', async (width) => {
  const viewport = { width, height: 800 }
  const visitAll = async (email: string | null, paths: string[]): Promise<Person> => {
    const someone = await person(trust.browser, trust.muster.url, { viewport })
    if (email) await someone.signsIn(email)
    for (const path of paths) {
      await someone.goesTo(path)
      await isAccessible(someone, `${path}, ${width} wide`)
    }
    return someone
  }
  const grace = await visitAll('grace@muster.example', AS_GRACE)
  const help = await visitAll('help@trust.example', AS_HELPDESK)
  const stranger = await visitAll(null, SIGNED_OUT)
  await stranger.goesTo('/sign-in')
  await stranger.clicks('Sign in')
  await isAccessible(stranger, 'sign-in with errors')
  const ann = await visitAll('ann@trust.example', AS_ANN())
  await ann.goesTo('/uploads/new')
  await ann.clicks('Check this file')
  await ann.sees('There is a problem')
  await isAccessible(ann, 'upload form with errors')
  await ann.goesTo('/reports')
  await ann.clicks(/Run.*Mailbox Report/)
  await ann.sees('Last run on')
  await isAccessible(ann, 'a report that was run')
  for (const someone of [grace, help, stranger, ann]) {
    expect(someone.complaints).toEqual([])
    await someone.closes()
  }
})

test('no page is forgotten here', () => {
  const visited = [...AS_ANN(), ...AS_GRACE, ...AS_HELPDESK, ...SIGNED_OUT].map((path) =>
    path.replace(/\?.*/, '').replace(/\/\d+/g, '/:id'),
  )
  const pages = ROUTES.filter(
    ([method, path]) => method === 'GET' && !/\.csv$|\/progress$|\/attachment$/.test(path),
  )
  expect(pages.map(([, path]) => path).filter((path) => !visited.includes(path))).toEqual([])
})

test('an upload that is being checked', async () => {
  const ann = await actorFor(trust.muster.portal, 1)
  if (!ann) throw new Error('Ann is not there')
  // So large that it is still being checked when the page is looked at.
  const rows = Array.from({ length: 200_000 }, (_, n) => `N${n},Sister`)
  const id = await receive(trust.muster.portal, ann, 'RX1', `LocalID,JobTitle\r\n${rows.join('\r\n')}`)
  const someone = await person(trust.browser, trust.muster.url)
  await someone.signsIn('ann@trust.example')
  await someone.goesTo(`/uploads/${id}`)
  await someone.sees(/^Checking/)
  await isAccessible(someone, 'checking')
  await someone.clicks('Cancel this upload')
  await someone.sees('Nothing was changed.')
  await someone.closes()
})
