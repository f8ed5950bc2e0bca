import sql from 'sql-template-tag'
import { expect, test } from 'vitest'
import { findAudit } from '../../src/access/find-audit.ts'
import { loadOrganisations } from '../../src/directory/organisation-list.ts'
import { readOrganisationList } from '../../src/directory/read-organisation-list.ts'
import { makeAccount } from '../support/account.ts'
import { makeActor, makeOrganisation, testPortal } from '../support/portal.ts'
import { csv } from '../support/upload.ts'
import { testPages } from '../support/web.ts'
import { sheetRows, xlsx } from '../support/workbooks.ts'

const LIST = csv(
  'ODS Code;Organisation name;Post code;Status',
  'RX1;Northbridge Hospitals;LS1 4AP;open',
  'RX2;RX2 Trust;;closed',
  'rx3;Third Trust;;',
  'RX4;RX4 Trust;;open',
  'R-5;Fifth;;',
  'RX3;Third again;;',
  'RX6;;;',
  'RX7;Seventh;nowhere;',
  'RX8;Eighth;;perhaps',
)

test('a list of organisations is checked, shown, confirmed once and applied; bad rows are told', async () => {
  await using portal = await testPortal()
  await using pages = await testPages(portal)
  for (const code of ['RX1', 'RX2', 'RX4']) await makeOrganisation(portal, code)
  const root = await makeActor(portal, 'root@muster.example', 'global-administrator')
  const browser = await pages.signedIn(root)
  await browser.get('/organisations/load')
  const none = await browser.submit('/organisations/load', { file: { filename: '', content: '' } })
  expect([none.status, none.text.includes('Choose a file.')]).toEqual([400, true])
  const wrong = await browser.submit('/organisations/load', {
    file: { filename: 'a.csv', content: 'a,b\n1,2\n' },
  })
  expect(wrong.text).toContain('This file has no headings Code and Name.')

  const plan = await browser.submit('/organisations/load', {
    file: { filename: 'trusts.csv', content: LIST },
  })
  expect(plan.text).toContain('1 organisation will be added, 2 changed.')
  expect(plan.text).toContain('5 rows have errors and will be left out. Nothing has been changed yet.')
  for (const words of [
    '“R-5” can’t be a code',
    'Row 4 is about RX3 too.',
    'The name is missing.',
    '“NOWHERE” is not a postcode.',
    '“perhaps” is no status.',
  ])
    expect(plan.text).toContain(words)
  const changes = await browser.get(`${plan.url}?show=change`)
  expect(changes.text).toContain('RX1 Trust → Northbridge Hospitals Postcode: (empty) → LS1 4AP')
  expect(changes.text).toContain('open → closed')

  const id = Number(plan.url.split('/').at(-1))
  for (const _ of [1, 2]) {
    const queued = await browser.submit(`${plan.url}/confirmation`)
    expect(queued.text).toContain('It is being applied.')
  }
  await portal.database.transaction('everything', (tx) =>
    tx.run(sql`update organisation set name = 'Meanwhile' where code = 'RX2'`),
  )
  const job = { data: { listId: id, by: root.administratorId } }
  await loadOrganisations(portal, job)
  await loadOrganisations(portal, job)
  const done = await browser.get(plan.url)
  expect(done.text).toContain('2 organisations added or changed')
  expect(done.text).toContain('1 row was left out, since the organisation was changed after the check.')
  const list = await browser.get('/organisations')
  expect(list.text).toMatch(/RX2 Meanwhile Open .*RX1 Northbridge Hospitals Open .*RX3 Third Trust Open/)
  const { entries } = await findAudit(portal, root, { limit: 10, act: 'organisations-loaded' })
  expect(entries.map(({ details }) => details)).toEqual([{ added: 1, changed: 2, 'left out': 5, written: 2 }])

  const again = await browser.submit('/organisations/load', {
    file: { filename: 'x.csv', content: csv('Code,Name', 'RX4,RX4 Trust') },
  })
  expect(again.text).toContain('There is nothing to do')
  const pat = await makeActor(portal, 'pat@rx1.example', 'primary-local-administrator', 1)
  expect((await (await pages.signedIn(pat)).get(plan.url)).status).toBe(403)
})

test('twenty-two thousand rows are planned and applied in a few seconds', { timeout: 120_000 }, async () => {
  await using portal = await testPortal()
  await using pages = await testPages(portal)
  const root = await makeActor(portal, 'root@muster.example', 'global-administrator')
  const rows = Array.from(
    { length: 22_000 },
    (_, at) => `Q${at},Practice ${at},LS1 4AP,${at % 3 ? 'open' : 'closed'}`,
  )
  const browser = await pages.signedIn(root)
  await browser.get('/organisations/load')
  const content = csv('Code,Name,Postcode,Status', ...rows)
  const plan = await browser.submit('/organisations/load', { file: { filename: 'practices.csv', content } })
  expect(plan.text).toContain('22,000 organisations will be added')
  await browser.submit(`${plan.url}/confirmation`)
  await loadOrganisations(portal, {
    data: { listId: Number(plan.url.split('/').at(-1)), by: root.administratorId },
  })
  expect((await browser.get(plan.url)).text).toContain('22,000 organisations added or changed')
})

test.each([
  ['Code\tName\nRX1\tA\n', [['RX1', 'A', null]]],
  ['Code,Name\r\n\r\n"RX1","A, B"\r\n', [['RX1', 'A, B', null]]],
  [
    'Code,Name\nRX1,A\nRX1,B\n',
    [
      ['RX1', 'A', null],
      ['RX1', 'B', 'Row 2 is about RX1 too. Keep one of them.'],
    ],
  ],
])('a list is read: %j', async (text, expected) => {
  const rows = await readOrganisationList(Buffer.from(text))
  expect(rows.map(({ code, name, problem }) => [code, name, problem])).toEqual(expected)
})

test('a list may be a workbook; what can’t be read is refused with words', async () => {
  const sheet = sheetRows(['Code', 'Name', 'Status'], ['RX1', 'Trust, the first', 'closed'])
  const book = await xlsx([{ name: 'Trusts', xml: sheet }])
  expect(await readOrganisationList(book)).toMatchObject([
    { row: 2, code: 'RX1', name: 'Trust, the first', closed: true, problem: null },
  ])
  const old = Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(600)])
  await expect(readOrganisationList(old)).rejects.toThrow('an old Excel file (.xls)')
  await expect(readOrganisationList(book.subarray(0, 200))).rejects.toThrow('damaged')
  await expect(readOrganisationList(Buffer.alloc(500))).rejects.toThrow('This is no spreadsheet.')
})

test('of all organisations fifty are shown at a time, and people leave one that is closed', async () => {
  await using portal = await testPortal()
  await using pages = await testPages(portal)
  for (const at of Array.from({ length: 51 }, (_, at) => at)) await makeOrganisation(portal, `Q${100 + at}`)
  const root = await makeActor(portal, 'root@muster.example', 'global-administrator')
  const id = await makeAccount(portal, {
    organisationId: 1,
    updatedBy: root.administratorId,
    localId: 'A1',
    firstName: 'Jo',
    lastName: 'Lee',
  })
  const browser = await pages.signedIn(root)
  const first = await browser.get('/organisations?search=q')
  expect([first.text.includes('51 organisations'), first.text.includes('Q150')]).toEqual([true, false])
  const next = await browser.get(
    /href="(\/organisations\?[^"]*after=\d+)"/.exec(first.html)?.[1]?.replaceAll('&amp;', '&') ?? '',
  )
  expect([next.text.includes('Q150'), next.text.includes('Q149')]).toEqual([true, false])

  await browser.get('/organisations/1')
  const closed = await browser.submit('/organisations/1', { act: 'close' })
  expect(closed.text).toContain('People still here, to be transferred')
  expect(closed.text).toContain('LEE, Jo')
  const chosen = await browser.submit('/transfers/new', { organisation: 'Q100', account: String(id) })
  expect(chosen.text).toContain('LEE, Jo')
  const plan = await browser.submit('/transfers', {
    ...{ organisation: 'Q100', account: String(id), to: 'Q101', toCode: 'Q101' },
  })
  expect(plan.status).toBe(200)
})
