import { expect, test } from 'vitest'
import { findDuplicates } from '../../src/duplicates/find-duplicates.ts'
import { searchDuplicates } from '../../src/duplicates/search.ts'
import { makeAccount } from '../support/account.ts'
import { makeActor, makeOrganisation, testPortal } from '../support/portal.ts'
import { applyPlanned } from '../support/undo.ts'
import { testPages } from '../support/web.ts'

test('pairs are searched for, told apart and settled, pair by pair', { timeout: 180_000 }, async () => {
  await using portal = await testPortal({ mailDomain: 'staff.example' })
  await using pages = await testPages(portal)
  const own = await makeOrganisation(portal, 'RX1')
  const ann = await makeActor(portal, 'ann@rx1.example', 'local-administrator', own)
  const jane = { organisationId: own, updatedBy: ann.administratorId, firstName: 'Jane', lastName: 'Doe' }
  const one = await makeAccount(portal, { ...jane, mobile: '+447700900001', jobTitle: 'Nurse' })
  const other = await makeAccount(portal, { ...jane, mobile: '+447700900001', jobTitle: 'Sister' })
  const namesake = await makeAccount(portal, { ...jane, mobile: '+447700900001', department: 'Surgery' })
  const browser = await pages.signedIn(ann)
  expect((await browser.get('/reports')).text).toContain('Possible duplicates')
  expect((await browser.get('/duplicates')).text).toContain('Nobody has searched yet.')

  const searching = await browser.submit('/duplicates/search', { organisation: 'RX1' })
  expect(searching.text).toContain('0 of 3 accounts compared')
  await searchDuplicates(portal, { data: { organisationId: own } })
  expect(JSON.parse((await browser.get('/duplicates/progress')).html)).toEqual({
    ...{ status: 'completed', done: 3, total: 3, words: '3 of 3 accounts compared' },
  })
  const listed = await browser.get('/duplicates')
  expect(listed.text).toContain('3 pairs to look at')
  expect(listed.text).toContain('They have the same name and mobile.')
  expect(listed.text).toContain('Job title Nurse Sister (differs)')

  const pair = { organisation: 'RX1', one: String(one), other: String(namesake) }
  const notSame = await browser.submit('/duplicates', { ...pair, decision: 'not-same' })
  expect(notSame.text).toContain('2 pairs to look at')
  const remembered = await browser.get('/duplicates?show=not-the-same')
  expect(remembered.text).toMatch(/ann@rx1\.example said on .* that they are not the same person/)

  const kept = await browser.submit('/duplicates', {
    ...{ organisation: 'RX1', one: String(one), other: String(other), decision: `keep-${other}` },
  })
  expect(kept.url).toMatch(/^\/changes\/\d+$/)
  expect(kept.text).toContain('1 person will be marked as a leaver')
  expect((await browser.get('/duplicates')).text).toContain('see where that stands')
  await applyPlanned(portal, ann, Number(kept.url.split('/').at(-1)))
  const left = await findDuplicates(portal, ann, { organisationCode: 'RX1', limit: 9 })
  expect(left.duplicates.map(({ accounts }) => accounts.map(({ id }) => id))).toEqual([[other, namesake]])
})

test('an auditor looks, and has nothing to press', async () => {
  await using portal = await testPortal()
  await using pages = await testPages(portal)
  const own = await makeOrganisation(portal, 'RX1')
  const browser = await pages.signedIn(await makeActor(portal, 'aud@rx1.example', 'auditor', own))
  const page = await browser.get('/duplicates')
  expect(page.status).toBe(200)
  expect(page.html).not.toContain('/duplicates/search')
  expect((await browser.submit('/duplicates/search', { organisation: 'RX1' })).status).toBe(403)
})
