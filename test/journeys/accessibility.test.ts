import sql from 'sql-template-tag'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { uploadsInEveryState } from '../../proofs/support/upload-states.ts'
import { runReport, startReport } from '../../src/reports/run.ts'
import { ROUTES } from '../../src/web/routes.ts'
import { isAccessible, type Person, person } from '../support/browser.ts'
import { makeActor, makeOrganisation } from '../support/portal.ts'
import { givePassword } from '../support/serving.ts'
import { aTrustWith } from '../support/trust.ts'
import { csv } from '../support/upload.ts'

const HEADING = 'LocalID,FirstName,LastName,Mobile,JobTitle'
const MIXED = csv(HEADING, '0001,Jane,Smith,,Sister', '2,,,,Porter', '0003,Eva,Novák,,', '9,,,x,[clear]')
const STARTERS = csv(
  HEADING,
  '71,Ann,New,07700 900071,',
  '3,Eve,Novak,07700 900072,',
  '72,Eva,Novák,07700 900003,',
)

/** A provider that isn't there. */
const NOT_THERE = {
  id: '1',
  name: 'Trust Login',
  issuer: 'http://127.0.0.1:9',
  clientId: 'muster',
  clientSecret: undefined,
  scope: 'openid',
  secondFactorAcr: [],
  trustEmail: false,
}

/** Every page in every state, by who opens it; a word in braces stands for the upload in that state, or the report. */
const PAGES = {
  ann: [
    '/',
    '/uploads',
    '/uploads?page=2',
    '/uploads/new',
    '/uploads/{checking}',
    '/uploads/{rejected}',
    '/uploads/{rejected}/mapping',
    '/uploads/{checked}',
    '/uploads/{checked}?show=errors',
    '/uploads/{checked}?show=unchanged',
    '/uploads/{checked}?show=warnings',
    '/uploads/{creating}',
    '/uploads/{creating}?show=possible-duplicates',
    '/uploads/{queued}',
    '/uploads/{applying}',
    '/uploads/{stopping}',
    '/uploads/{completed}',
    '/uploads/{completed}?result=failed',
    '/uploads/{created}?result=skipped',
    '/uploads/{cancelled}',
    '/uploads/{failed}',
    '/uploads/{expired}',
    '/uploads/{expired}/results.csv',
    '/accounts',
    '/accounts?search=nobody',
    '/accounts?changedSince=yesterday',
    '/accounts/1',
    '/accounts/1/edit',
    '/accounts/1/addresses',
    '/accounts/new',
    '/accounts/by-local-id',
    '/transfers/new',
    '/transfers/new?account=1',
    '/joins/new',
    '/accounts/99999',
    '/reports',
    '/reports/{reported}',
    '/reports/mailbox',
    '/reports/changes',
    '/reports/changes?from=x',
    '/reports/changes?person=1&field=site',
    '/reports/uploads',
    '/reports/due',
    '/reports/without-local-id',
    '/reports/data-quality',
    '/duplicates',
    '/duplicates?show=not-the-same',
    '/changes',
    '/changes/{completed}', // an upload's own page; an undo's is in take-back.test.ts
    '/changes/{completed}/choice',
    '/changes/{checked}/choice', // nothing to choose from
    '/help/columns',
    '/help',
    '/password',
    '/sessions',
    '/ways-to-sign-in',
    '/ways-to-sign-in/app',
    '/ways-to-sign-in/passkey', // on an address in numbers there is none: the page itself is in passkeys.test.ts
    '/confirm',
    '/no-such-page',
  ],
  grace: [
    '/',
    '/outbox',
    '/outbox/1',
    '/organisation',
    '/organisation?search=nowhere',
    '/organisation/places',
    '/organisation/settings',
    '/organisations',
    '/organisations?search=nowhere',
    '/organisations/new',
    '/organisations/load',
    '/organisations/load/1',
    '/organisations/1',
    '/organisation/administrators',
    '/organisation/administrators?of=all',
    '/organisation/administrators/new',
    '/organisation/administrators/1',
    '/organisation/tokens',
    '/organisation/tokens/new',
    '/organisation/audit-log',
    '/organisation/audit-log?of=all',
    '/organisation/audit-log?from=x',
    '/reports/administrators',
  ],
  help: ['/', '/uploads', '/accounts', '/accounts/1'],
  audit: [
    '/uploads/{checked}',
    '/uploads/{applying}',
    '/organisation/administrators/1',
    '/organisation/audit-log',
  ],
  newcomer: ['/', '/uploads', '/accounts', '/reports'],
  stranger: [
    '/help',
    '/accessibility',
    '/privacy',
    '/sign-in',
    '/sign-in/second-factor',
    '/sign-in/with/1', // it doesn't answer
    '/sign-in/with/1/back', // out of the blue
    '/password/forgotten',
    '/password/set?link=none',
    '/no-such-page',
  ],
}
type Who = keyof typeof PAGES
const EVERYBODY = Object.keys(PAGES) as Who[]

let uploads: Record<string, number> = {}
const people = {} as Record<Who, Person>

const trust = aTrustWith(
  csv(
    HEADING,
    '0001,Jane,Smith,07700 900001,Nurse',
    '0002,Omar,Khan,07700 900002,',
    '0003,Eva,Novák,07700 900003,',
  ),
  async (portal, organisation, ann) => {
    const other = await makeOrganisation(portal, 'RY2')
    const made = [
      await makeActor(portal, 'grace@trust.example', 'global-administrator'),
      await makeActor(portal, 'help@trust.example', 'local-helpdesk', organisation, other),
      await makeActor(portal, 'audit@trust.example', 'auditor', organisation),
      await makeActor(portal, 'newcomer@trust.example', 'local-administrator', other),
    ]
    for (const actor of made) await givePassword(portal, actor)
    const files = { update: MIXED, create: STARTERS }
    uploads = await uploadsInEveryState(
      { portal, actor: ann, code: 'RX1', organisationId: organisation },
      files,
    )
    const report = (kind: string) => startReport(portal, ann, { kind, organisationCode: 'RX1' })
    const reportRunId = await report('mailbox')
    uploads.reported = reportRunId
    await runReport(portal, { data: { reportRunId, organisationId: organisation } })
    await report('upload-file') // still running
  },
  { worker: false, logLevel: 'silent', oidcProviders: [NOT_THERE] },
)

beforeAll(async () => {
  for (const who of EVERYBODY) {
    people[who] = await person(trust.browser, trust.muster.url)
    if (who !== 'stranger') await people[who].signsIn(`${who}@trust.example`)
  }
})
afterEach(() => {
  for (const who of EVERYBODY) expect(people[who].complaints.splice(0)).toEqual([])
})
afterAll(async () => {
  for (const who of EVERYBODY) await people[who]?.closes()
})

test.each(EVERYBODY.flatMap((who) => PAGES[who].map((path) => [who, path] as const)))(
  'every page in every state: for %s, %s',
  async (who, path) => {
    await people[who].goesTo(path.replace(/\{(.+)\}/, (_, state) => String(uploads[state])))
    await isAccessible(people[who], path)
  },
)

test('no page and no status of an upload is forgotten here', () => {
  const visited = Object.values(PAGES)
    .flat()
    .map((path) => path.replace(/\?.*/, '').replace(/\/(\d+|\{.+?\})/, '/:id'))
  const pages = ROUTES.filter(
    ([method, path]) => method === 'GET' && !/\.(?:csv|xlsx)$|\/progress$|\/attachment$/.test(path),
  )
  expect(pages.map(([, path]) => path).filter((path) => !visited.includes(path))).toEqual([])
  const statuses = Object.keys(uploads).filter((state) => !PAGES.ann.join().includes(`{${state}}`))
  expect(statuses).toEqual([])
})

test('forms that are wrong', async () => {
  const { ann, stranger } = people
  await stranger.goesTo('/sign-in')
  await stranger.clicks(/^Sign in$/)
  await stranger.sees('There is a problem')
  await isAccessible(stranger, 'sign-in with errors')
  await stranger.goesTo('/password/forgotten')
  await stranger.clicks('Send me a link')
  await stranger.sees('There is a problem')
  await isAccessible(stranger, 'forgotten password with errors')
  await ann.goesTo('/uploads/new')
  await ann.clicks('Check this file')
  await ann.sees('There is a problem')
  await isAccessible(ann, 'upload form with errors')
  await ann.goesTo('/accounts/new')
  await ann.clicks('Add them')
  await ann.sees('There is a problem')
  await isAccessible(ann, 'form for somebody new with errors')
  await ann.goesTo('/accounts/1/edit')
  await ann.page.getByLabel('Last name').fill('Ünal')
  await ann.clicks('Save')
  await ann.sees('Which e-mail address?')
  await isAccessible(ann, 'choice of addresses')
  await ann.goesTo('/password')
  await ann.clicks('Change my password')
  await ann.sees('There is a problem')
  await isAccessible(ann, 'change of password with errors')
})

test('pages that answer a form', async () => {
  const { ann, stranger } = people
  await stranger.goesTo('/password/forgotten')
  await stranger.page.getByLabel('E-mail address').fill('nobody@trust.example')
  await stranger.clicks('Send me a link')
  await stranger.sees('Check your e-mail')
  await isAccessible(stranger, 'link sent')

  await ann.goesTo(`/uploads/${uploads.creating}?show=possible-duplicates`)
  await ann.page.getByRole('radio', { name: 'Create a new account' }).first().check()
  await ann.page.locator('.muster-tabs button').first().click()
  await ann.sees(/as you decided/)
  await isAccessible(ann, 'choices kept')

  // The form is of before: cancelled meanwhile, and another session's.
  const confirmation = (value: string) =>
    `document.querySelector('form[action$=confirmation]').${value}; document.querySelector('form[action$=confirmation] button').click()`
  await ann.goesTo(`/uploads/${uploads.checked}`)
  await ann.page.evaluate(confirmation(`action = '/uploads/${uploads.cancelled}/confirmation'`))
  await ann.sees('This can’t be done now')
  await isAccessible(ann, 'conflict')
  await ann.goesTo(`/uploads/${uploads.checked}`)
  await ann.page.evaluate(confirmation(`querySelector('[name=_csrf]').value = 'old'`))
  await ann.sees('This page was out of date')
  await isAccessible(ann, 'stale form')
})

test('a fault of Muster’s own', async () => {
  const { ann } = people
  // What no code of ours writes, so that the page can't be made.
  await trust.muster.portal.database.transaction('everything', (tx) =>
    tx.run(sql`update upload set assumptions = '{}' where id = ${uploads.checked}`),
  )
  await ann.goesTo(`/uploads/${uploads.checked}`)
  await ann.sees('Sorry, there is a problem with Muster')
  await isAccessible(ann, 'fault')
})
