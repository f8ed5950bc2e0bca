import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { person, tabsTo } from '../support/browser.ts'
import { PASSWORD } from '../support/serving.ts'
import { aTrustWith } from '../support/trust.ts'
import { csv } from '../support/upload.ts'

const trust = aTrustWith(csv('LocalID,FirstName,LastName,Mobile', '0001,Jane,Smith,07700 900001'))

test('the main job with the keyboard alone', async () => {
  const ann = await person(trust.browser, trust.muster.url)
  const { keyboard } = ann.page
  await ann.goesTo('/')
  await tabsTo(ann, /E-mail address/)
  await keyboard.type('ann@trust.example')
  await tabsTo(ann, /^Password/)
  await keyboard.type(PASSWORD)
  await keyboard.press('Enter')
  await ann.sees('What do you want to do?')
  await tabsTo(ann, /^Update accounts from a spreadsheet/)
  await keyboard.press('Enter')
  await ann.sees('Select a file')

  // Sent without a file: the focus goes to what is wrong, and from there to the field.
  await tabsTo(ann, /^Check this file/)
  await keyboard.press('Enter')
  await ann.sees('There is a problem')
  const focused = ann.page.locator(':focus')
  await expect.poll(() => focused.textContent()).toContain('There is a problem')
  await keyboard.press('Tab')
  await keyboard.press('Enter')
  expect(await focused.getAttribute('id')).toBe('file')

  // The system's own dialogue can't be driven; choosing a file in it ends as this does.
  const path = join(tmpdir(), `people-${process.pid}.csv`)
  await writeFile(path, csv('LocalID,JobTitle', '0001,Nurse', '0009,Nurse'))
  await focused.setInputFiles(path)
  await tabsTo(ann, /^Check this file/)
  await keyboard.press('Space')
  await ann.sees('1 account already exists and will be updated.')
  await tabsTo(ann, /^Errors/)
  await keyboard.press('Enter')
  await ann.page.waitForURL(/show=errors/)
  await tabsTo(ann, /^Update 1 account/)
  await keyboard.press('Enter')
  await ann.sees('1 account updated')
  await ann.closes()
})

test('the Mailbox Report is run, waited for and downloaded', async () => {
  const ann = await person(trust.browser, trust.muster.url)
  await ann.signsIn('ann@trust.example')
  await ann.goesTo('/reports')
  await ann.clicks(/Run.*Mailbox Report/)
  await ann.sees(/with 1 account/)
  const report = await ann.downloads(/Download CSV file of the Mailbox Report/)
  const lines = report.text.trimEnd().split('\r\n')
  expect(lines[0]).toMatch(/^\uFEFF?ID,ExternalSyncID,EmailAddress,DisplayName,/)
  expect(lines).toHaveLength(2)
  expect(lines[1]).toContain('jane.smith@staff.example')
  await ann.closes()
})

test('somebody is added, changed and looked up with the keyboard alone, at 320 pixels', async () => {
  const ann = await person(trust.browser, trust.muster.url, { viewport: { width: 320, height: 800 } })
  const { keyboard } = ann.page
  await ann.signsIn('ann@trust.example')
  await ann.goesTo('/accounts')
  await tabsTo(ann, /^Add someone/)
  await keyboard.press('Enter')
  await ann.page.getByLabel('First name').waitFor()
  for (const [label, text] of [
    [/^Local ID/, 'K-1'],
    [/^First name/, 'Keziah'],
    [/^Last name/, 'Boardman'],
    [/^Mobile/, '07700 900555'],
  ] as const) {
    await tabsTo(ann, label)
    await keyboard.type(text)
  }
  await tabsTo(ann, /^Add them/)
  await keyboard.press('Enter')
  await ann.sees('keziah.boardman@staff.example')
  await tabsTo(ann, /^Change\s+Job title/)
  await keyboard.press('Enter')
  await ann.page.getByLabel('Job title').waitFor()
  await tabsTo(ann, /^Job title/)
  await keyboard.type('Typist')
  await tabsTo(ann, /^Save/)
  await keyboard.press('Enter')
  await ann.sees('Saved.')
  await ann.goesTo('/accounts')
  await tabsTo(ann, /Search|Name, local ID/)
  await keyboard.type('boardman')
  await keyboard.press('Enter')
  await ann.sees('BOARDMAN, Keziah')
  await ann.sees('Typist')
  expect(ann.complaints).toEqual([])
  await ann.closes()
})

test.each([
  ['what Tab passes over', '<button tabindex="-1">Go</button>', /never reached/],
  ['a focus that doesn’t show', '<style>* { outline: none }</style><button>Go</button>', /focus shows/],
  [
    'a focus behind something else',
    '<button>Go</button><div style="position: fixed; inset: 0; background: #fff"></div>',
    /focus shows/,
  ],
])('%s is seen by whoever has a keyboard alone', async (_, html, fault) => {
  const ann = await person(trust.browser, trust.muster.url)
  await ann.page.setContent(html)
  await expect(ann.clicks('Go')).rejects.toThrow(fault)
  await ann.closes()
})
