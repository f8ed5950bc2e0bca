import { expect, test } from 'vitest'
import type { Portal } from '../../src/portal.ts'
import { listReports, runReport } from '../../src/reports/run.ts'
import { makeActor, makeOrganisation, testPortal } from '../support/portal.ts'
import { apply, check, create, csv } from '../support/upload.ts'
import { testPages } from '../support/web.ts'

async function trust(portal: Portal) {
  const organisation = await makeOrganisation(portal, 'RX1')
  const pia = await makeActor(portal, 'pia@rx1.example', 'primary-local-administrator', organisation)
  const rows = Array.from(
    { length: 30 },
    (_, n) => `E${n + 1},Jo${'abcdefghij'[n % 10]}${'xyz'[Math.floor(n / 10)]},Doe,07700 90${1000 + n}`,
  )
  await create(portal, pia, 'RX1', csv('LocalID,FirstName,LastName,Mobile', ...rows))
  const { upload } = await check(portal, pia, 'RX1', csv('LocalID,JobTitle,Mobile', 'E1,Sister,', 'E2,,x'))
  await apply(portal, pia, upload)
  return { organisation, pia }
}

test('a report’s page shows its figures, its picture with a table, and its rows page by page', async () => {
  await using portal = await testPortal()
  await using pages = await testPages(portal)
  const { pia } = await trust(portal)
  const browser = await pages.signedIn(pia)
  expect((await browser.get('/reports')).html).toContain('href="/reports/uploads"')

  const uploads = await browser.get('/reports/uploads')
  expect(uploads.text).toContain('Applied, some rows failed')
  expect(uploads.html).toContain('<svg viewBox=')
  expect(uploads.html).toContain('The numbers as a table')
  expect(uploads.html).not.toContain('style=')

  const first = await browser.get('/reports/changes')
  expect(first.text).toMatch(/31 changes, \d+ \w+ 2\d{3} to/)
  const next = /href="([^"]*after=[^"]*)"/.exec(first.html)?.[1]?.replaceAll('&amp;', '&') as string
  const second = await browser.get(next)
  expect(first.text).toContain('Sister')
  expect(second.text).not.toContain('Sister')
  expect(second.text).toContain('Back to the first rows')
  const sought = await browser.get('/reports/changes?field=jobTitle&person=E1')
  expect(sought.text).toContain('1 change, ')
  expect(sought.text).not.toContain('Next rows')
  expect((await browser.get('/reports/administrators')).text).toContain('Primary Local Administrator')
  const complete = await browser.get('/reports/data-quality?status=Disabled')
  expect(complete.text).toContain('There is nothing to show.')
  expect(complete.html).not.toContain('muster-bars')
})

test('what can’t be asked for is said at its field; a report that isn’t there is no page', async () => {
  await using portal = await testPortal()
  await using pages = await testPages(portal)
  const { pia, organisation } = await trust(portal)
  const browser = await pages.signedIn(pia)
  const wrong = await browser.get('/reports/changes?from=2026-02-31&person=E1')
  expect(wrong.status).toBe(400)
  expect(wrong.text).toContain('“2026-02-31” is not a date')
  expect(wrong.html).toContain('value="E1"')
  expect((await browser.get('/reports/no-such-report')).status).toBe(404)
  expect((await browser.get('/reports/no-such-report/file.csv')).status).toBe(404)
  const desk = await pages.signedIn(
    await makeActor(portal, 'desk@rx1.example', 'local-helpdesk', organisation),
  )
  expect((await desk.get('/reports/changes')).status).toBe(403)
  expect((await desk.get('/reports/changes/file.csv')).status).toBe(403)
  expect((await desk.get('/reports')).text).not.toContain('Changes in a period')
})

test('its file is downloaded at once, for spreadsheets and for programs, or made and kept', async () => {
  await using portal = await testPortal()
  await using pages = await testPages(portal)
  const { pia, organisation } = await trust(portal)
  const browser = await pages.signedIn(pia)
  const csvFile = await browser.get('/reports/changes/file.csv?field=jobTitle&person=E1')
  expect(csvFile.headers['content-disposition']).toContain('changes-RX1-')
  expect(csvFile.bytes.toString().trim().split('\r\n')).toHaveLength(2)
  const plain = await browser.get('/reports/mailbox/file.csv?for=machines')
  expect(plain.bytes.toString()).toMatch(/^ID,ExternalSyncID,/)
  expect(plain.bytes.toString()).toContain(',+447700901000,')
  const usual = await browser.get('/reports/mailbox/file.csv')
  expect(usual.bytes.toString()).toContain(",'+447700901000,")
  const workbook = await browser.get('/reports/uploads/file.xlsx')
  expect(workbook.bytes.subarray(0, 2).toString()).toBe('PK')

  await browser.get('/reports/changes?person=E1')
  const started = await browser.submit('/reports', {
    kind: 'changes',
    for: 'report',
    person: 'E1',
    field: 'jobTitle',
  })
  const [run] = await listReports(portal, pia)
  expect(started.url).toBe(`/reports/${run?.id}`)
  expect(run?.parameters).toMatchObject({ field: 'jobTitle' })
  await runReport(portal, { data: { reportRunId: run?.id as number, organisationId: organisation } })
  expect((await browser.get(`/reports/${run?.id}`)).text).toContain('1 change, as they were on')
  const made = await browser.get(`/reports/${run?.id}/file.csv?for=machines`)
  expect(made.bytes.toString()).toContain('E1')
  expect((await browser.get('/reports/changes')).text).toContain('Made before')
  const desk = await pages.signedIn(
    await makeActor(portal, 'desk@rx1.example', 'local-helpdesk', organisation),
  )
  expect((await desk.get(`/reports/${run?.id}`)).status).toBe(404)
  expect((await desk.get(`/reports/${run?.id}/file.csv`)).status).toBe(404)
})

test('a report is wished every Monday and stopped on its page, and listed with the others', async () => {
  await using portal = await testPortal()
  await using pages = await testPages(portal)
  const { pia } = await trust(portal)
  const browser = await pages.signedIn(pia)
  expect((await browser.get('/reports/mailbox?status=Leaver')).text).not.toContain('sent to you every Monday')
  const wished = await browser.submit('/reports/mailbox/weekly', { status: 'Leaver' })
  expect(wished.url).toBe('/reports/mailbox')
  expect(wished.text).toContain('“Mailbox Report” is made every Monday')
  expect(wished.text).toContain('Mailbox Report, of the status Leaver: sent to you every Monday')
  const list = await browser.get('/reports')
  const id = /name="stop" value="(\d+)"/.exec(list.html)?.[1] as string
  const stopped = await browser.submit('/reports/mailbox/weekly', { stop: id, from: 'list' })
  expect(stopped.url).toBe('/reports')
  expect(stopped.text).not.toContain('sent to you every Monday')
  expect((await browser.submit('/reports/mailbox/weekly', { stop: id })).status).toBe(404)
})
