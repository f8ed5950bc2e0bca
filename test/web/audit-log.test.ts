import { expect, test } from 'vitest'
import { addAdministrator } from '../../src/access/administrators.ts'
import { listReports, runReport, startReport } from '../../src/reports/run.ts'
import { resultsFile } from '../../src/uploads/results-file.ts'
import { makeActor, makeOrganisation, testPortal } from '../support/portal.ts'
import { create, csv } from '../support/upload.ts'
import { testPages } from '../support/web.ts'

const PEOPLE = csv('LocalID,FirstName,LastName,Mobile', '01,Zoë,Okafor,07700 900001')

test('the page shows who did what, of the own organisation; a global administrator may ask for all', async () => {
  await using portal = await testPortal()
  await using pages = await testPages(portal)
  const one = await makeOrganisation(portal, 'RX1')
  await makeOrganisation(portal, 'RX2')
  const pat = await makeActor(portal, 'pat@rx1.example', 'primary-local-administrator', one)
  const root = await makeActor(portal, 'root@rx1.example', 'global-administrator')
  const lee = await makeActor(portal, 'lee@rx1.example', 'local-administrator', one)

  const browser = await pages.signedIn(pat)
  const empty = await browser.get('/organisation/audit-log')
  expect(empty.text).toContain('Nothing has been noted yet.')
  await addAdministrator(portal, { email: 'new@rx1.example', role: 'auditor', organisationCode: 'RX1' })
  await addAdministrator(portal, { email: 'other@rx2.example', role: 'auditor', organisationCode: 'RX2' })
  const page = await browser.get('/organisation/audit-log')
  expect(page.text).toContain('The operator, by a command')
  expect(page.text).toContain('Role given: new@rx1.example role: Auditor')
  expect(page.text).not.toContain('rx2.example')
  expect(page.text).toContain('pat@rx1.example (Primary Local Administrator)')
  expect(page.html).toContain('aria-current="true"')

  const wrong = await browser.get('/organisation/audit-log?from=30.11.2026')
  expect(wrong.status).toBe(400)
  expect(wrong.text).toContain('“30.11.2026” is not a date.')
  expect((await browser.get('/organisation/audit-log?who=nobody')).text).toContain('Nothing was found.')

  const everywhere = await (await pages.signedIn(root)).get('/organisation/audit-log?of=all')
  expect(everywhere.text).toMatch(/other@rx2\.example.*new@rx1\.example/)
  const stranger = await pages.signedIn(lee)
  expect((await stranger.get('/organisation/audit-log')).status).toBe(403)
  expect((await stranger.get('/')).text).not.toContain('Organisation Audit')
})

test('files of people’s data that somebody takes are noted, the audit log itself too', async () => {
  await using portal = await testPortal()
  await using pages = await testPages(portal)
  const organisation = await makeOrganisation(portal, 'RX1')
  const pat = await makeActor(portal, 'pat@rx1.example', 'primary-local-administrator', organisation)
  const { id: upload } = await create(portal, pat, 'RX1', PEOPLE)
  await startReport(portal, pat, { kind: 'mailbox', organisationCode: 'RX1' })
  const [run] = await listReports(portal, pat)
  await runReport(portal, { data: { reportRunId: run?.id as number, organisationId: organisation } })
  const browser = await pages.signedIn(pat)
  await browser.get(`/reports/${run?.id}/file.csv`)
  await browser.get(`/uploads/${upload}/results.xlsx`)
  await resultsFile(portal, pat, upload, 'mail')
  expect((await browser.get('/organisation/audit-log.csv')).status).toBe(200)
  const file = await browser.get('/organisation/audit-log.csv')
  expect(file.headers['content-disposition']).toContain('audit-log-')
  const lines = file.bytes.toString().trim().split('\r\n').slice(1)
  expect(lines.map((line) => line.split(',').slice(2, 7).join(','))).toEqual([
    'Audit log downloaded,,,pat@rx1.example,pat@rx1.example',
    `Results downloaded,change ${upload},file: results,pat@rx1.example,pat@rx1.example`,
    `Report downloaded,report ${run?.id},report: mailbox,pat@rx1.example,pat@rx1.example`,
    `Report run,report ${run?.id},report: mailbox,pat@rx1.example,pat@rx1.example`,
  ])
})
