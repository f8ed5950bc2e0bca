import { afterAll, beforeAll, expect, test } from 'vitest'
import { linkHolder } from '../../src/access/one-time-links.ts'
import { setPasswordByLink } from '../../src/access/set-password.ts'
import { queueMail } from '../../src/mail/outbox.ts'
import type { Portal } from '../../src/portal.ts'
import { askForLink, secretOf } from '../support/link.ts'
import { makeActor, makeOrganisation, testPortal } from '../support/portal.ts'
import { type Browser, type Pages, testPages } from '../support/web.ts'

let portal: Portal
let pages: Pages
let browser: Browser

beforeAll(async () => {
  portal = await testPortal()
  pages = await testPages(portal)
  await makeOrganisation(portal, 'RX1')
  browser = await pages.signedIn(await makeActor(portal, 'g@portal.example', 'global-administrator'))
})

afterAll(async () => {
  await pages[Symbol.asyncDispose]()
  await portal[Symbol.asyncDispose]()
})

async function write(
  subject: string,
  more: { text?: string; attachment?: { name: string; content: Buffer } } = {},
) {
  await portal.database.transaction([], (tx) =>
    queueMail(tx, portal, { to: 'jane@rx1.example', subject, text: 'Hello', html: '<p>Hello</p>', ...more }),
  )
}

test('an empty outbox says so', async () => {
  expect((await browser.get('/outbox')).text).toContain('There are no e-mails.')
})

test('the newest message stands first; opened, it shows its text as sent, and its links to Muster work', async () => {
  await write('First')
  await write('Second <b>bold</b>', {
    text: `Hello Jane,\n\n<b>12</b> rows:\n${portal.config.publicUrl}/uploads/12\nhttps://elsewhere.example/`,
  })
  const list = await browser.get('/outbox')
  expect(list.text).toContain('No mail server is set')
  expect(list.text.indexOf('Second <b>bold</b>')).toBeLessThan(list.text.indexOf('First'))
  const path = /href="(\/outbox\/\d+)">Second/.exec(list.html)?.[1] as string
  const message = await browser.get(path)
  expect(message.text).toContain('jane@rx1.example')
  expect(message.html).toContain('Hello Jane,\n\n&lt;b&gt;12&lt;/b&gt; rows:\n')
  expect(message.html).toContain(`<a href="${portal.config.publicUrl}/uploads/12">`)
  expect(message.html).not.toContain('href="https://elsewhere.example/')
})

test('the attachment is the very file that goes with the message', async () => {
  const content = Buffer.from('\uFEFFLocalID;Name\r\n1;Zoë\r\n')
  await write('Results', { attachment: { name: 'people “März” results.csv', content } })
  const path = /href="(\/outbox\/\d+)">Results/.exec((await browser.get('/outbox')).html)?.[1] as string
  expect((await browser.get(path)).text).toContain('people “März” results.csv')
  const file = await browser.get(`${path}/attachment`)
  expect(file.bytes).toEqual(content)
  expect(file.headers['content-disposition']).toContain(
    "filename*=UTF-8''people%20%E2%80%9CM%C3%A4rz%E2%80%9D%20results.csv",
  )
  expect((await browser.get('/outbox/1/attachment')).status).toBe(404)
})

test('fifty messages to a page, and a link to the older ones', async () => {
  for (let number = 1; number <= 51; number += 1) await write(`Number ${number}`)
  const first = await browser.get('/outbox')
  const older = /href="(\/outbox\?before=\d+)"/.exec(first.html)?.[1] as string
  expect(first.html.match(/href="\/outbox\/\d+"/g)).toHaveLength(50)
  const second = await browser.get(older)
  expect(second.text).toContain('Number 1 ')
  expect(second.text).toContain('First')
  expect(second.text).not.toContain('Older e-mails')
})

test.each(['/outbox/999', '/outbox/x', '/outbox/0', '/outbox?before=x'])('%s is no page', async (path) => {
  expect((await browser.get(path)).status).toBe(404)
})

test('where nothing is sent, the link in a message is made to be handed over: each once, the last one works', async () => {
  const actor = await makeActor(portal, 'jo@rx1.example', 'global-administrator')
  await askForLink(portal, actor.email)
  const path = /href="(\/outbox\/\d+)">Set a new password/.exec(
    (await browser.get('/outbox')).html,
  )?.[1] as string
  expect((await browser.get(path)).text).toContain('/password/set?link=…')
  const [first, second] = [await browser.submit(`${path}/link`), await browser.submit(`${path}/link`)]
  const secret = secretOf(second.text)
  expect(await linkHolder(portal, secretOf(first.text))).toBeNull()
  expect(await linkHolder(portal, secret)).toMatchObject({ email: actor.email })
  expect(second.html).toContain(`<a href="${portal.config.publicUrl}/password/set?link=${secret}">`)
  expect((await browser.get(path)).html).not.toContain(secret)

  await setPasswordByLink(portal, secret, 'correct plum wagon')
  expect((await browser.get(path)).html).not.toContain('Make the link')
  expect((await browser.submit(`${path}/link`)).status).toBe(409)
})

test('where mail is sent, a link to set a password is for its receiver only', async () => {
  const sending = { ...portal, mailer: { ...portal.mailer, sends: true } }
  await using other = await testPages(sending)
  const global = await other.signedIn(await makeActor(portal, 'g2@portal.example', 'global-administrator'))
  await askForLink(portal, 'g2@portal.example')
  const path = /href="(\/outbox\/\d+)">Set a new/.exec((await global.get('/outbox')).html)?.[1] as string
  expect((await global.get(path)).html).not.toContain('Make the link')
  const refused = await global.submit(`${path}/link`)
  expect([refused.status, secretOf(refused.text)]).toEqual([409, undefined])
})
