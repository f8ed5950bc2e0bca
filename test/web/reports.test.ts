import sql from 'sql-template-tag'
import { expect, test } from 'vitest'
import type { Portal } from '../../src/portal.ts'
import { failReport, listReports, runReport } from '../../src/reports/run.ts'
import { makeActor, makeOrganisation, testPortal } from '../support/portal.ts'
import { create, csv } from '../support/upload.ts'
import { testPages } from '../support/web.ts'

const PEOPLE = csv(
  'LocalID,FirstName,LastName,Mobile',
  '01,Zoë,Okafor,07700 900001',
  '02,Tom,Reed,07700 900002',
)

async function trust(portal: Portal) {
  const organisation = await makeOrganisation(portal, 'RX1')
  const ann = await makeActor(portal, 'ann@rx1.example', 'local-administrator', organisation)
  await create(portal, ann, 'RX1', PEOPLE)
  return { organisation, ann }
}

test('a report is run, made in the background, and downloaded', async () => {
  await using portal = await testPortal()
  await using pages = await testPages(portal)
  const { organisation, ann } = await trust(portal)
  const browser = await pages.signedIn(ann)
  const before = await browser.get('/reports')
  expect(before.text.indexOf('Mailbox Report')).toBeLessThan(before.text.indexOf('Export as upload file'))
  expect(before.text.match(/Not run yet\./g)).toHaveLength(7)
  expect(before.text).not.toContain('Download')

  const started = await browser.submit('/reports', { kind: 'mailbox' })
  expect(started.url).toBe('/reports#mailbox')
  expect(started.text).toContain('0 of 2 accounts written')
  const [run] = await listReports(portal, ann)
  const path = `/reports/${run?.id}`
  expect(JSON.parse((await browser.get(`${path}/progress`)).html)).toEqual({
    status: 'running',
    done: 0,
    total: 2,
    words: '0 of 2 accounts written',
  })
  expect((await browser.get(`${path}/file.csv`)).status).toBe(409)

  await runReport(portal, {
    data: { reportRunId: run?.id as number, organisationId: organisation },
  })
  const ready = await browser.get('/reports')
  expect(ready.text).toMatch(/Last run on .* by ann@rx1\.example, with 2 accounts\./)
  expect(ready.text).toContain('Run again')
  const file = await browser.get(`${path}/file.csv`)
  expect(file.headers['content-disposition']).toContain('mailbox-report-RX1')
  expect(file.bytes.toString()).toContain('"OKAFOR, Zoë (RX1)"')

  await portal.database.transaction('everything', (tx) => tx.run(sql`delete from report_bytes`))
  expect((await browser.get('/reports')).text).toContain('Its file has been removed: run it again.')
  expect((await browser.get(`${path}/file.csv`)).status).toBe(410)
})

test('a report that was given up says why, and can be run again', async () => {
  await using portal = await testPortal()
  await using pages = await testPages(portal)
  const { ann, organisation } = await trust(portal)
  const browser = await pages.signedIn(ann)
  await browser.submit('/reports', { kind: 'mailbox' })
  const [run] = await listReports(portal, ann)
  await failReport(portal, { reportRunId: run?.id as number, organisationId: organisation }, 'died')
  const page = await browser.get('/reports')
  expect(page.text).toMatch(/Could not be made on .*\. The portal stopped 3 times while this report was made/)
  expect(page.text).toContain('Run again')
  expect((await browser.get(`/reports/${run?.id}/file.csv`)).text).toContain('The portal stopped 3 times')
})

test('reports of another organisation aren’t there', async () => {
  await using portal = await testPortal()
  await using pages = await testPages(portal)
  const { ann } = await trust(portal)
  const browser = await pages.signedIn(ann)
  await browser.submit('/reports', { kind: 'upload-file' })
  const [run] = await listReports(portal, ann)
  const other = await makeOrganisation(portal, 'RX2')
  const bob = await pages.signedIn(await makeActor(portal, 'bob@rx2.example', 'local-helpdesk', other))
  expect((await bob.get('/reports')).text.match(/Not run yet\./g)).toHaveLength(5)
  expect((await bob.get(`/reports/${run?.id}/file.csv`)).status).toBe(404)
  expect((await bob.get(`/reports/${run?.id}/progress`)).status).toBe(404)
})

test('a form’s report is of the organisation that the form names, and of none that isn’t one’s own', async () => {
  await using portal = await testPortal()
  await using pages = await testPages(portal)
  const [one, two] = [await makeOrganisation(portal, 'RX1'), await makeOrganisation(portal, 'RX2')]
  await makeOrganisation(portal, 'RY3')
  const ann = await makeActor(portal, 'ann@rx1.example', 'local-administrator', one, two)
  const browser = await pages.signedIn(ann)
  expect((await browser.get('/uploads/new')).html).toContain('name="organisation" value="RX1"')
  // The other tab switches the organisation before the form is sent.
  await browser.submit('/organisation', { organisation: String(two), from: '/reports' })
  const page = await browser.submit('/reports', { kind: 'mailbox', organisation: 'RX1' })
  expect(page.text).toContain('RX1 Trust (RX1)')
  expect(page.text).toContain('0 of 0 accounts written')
  for (const organisation of ['RY3', 'NONE'])
    expect(await browser.submit('/reports', { kind: 'mailbox', organisation })).toMatchObject({ status: 404 })
  expect((await listReports(portal, ann)).map((run) => run.organisation.code)).toEqual(['RX1'])
})
