import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Actor } from '../../src/access/actor.ts'
import { findSpellings } from '../../src/directory/find-spellings.ts'
import type { Portal } from '../../src/portal.ts'
import { makeAccount } from '../support/account.ts'
import { makeActor, makeOrganisation, testPortal } from '../support/portal.ts'

let portal: Portal
let own: number
let pat: Actor

beforeAll(async () => {
  portal = await testPortal()
  own = await makeOrganisation(portal, 'RX1')
  const other = await makeOrganisation(portal, 'RX2')
  pat = await makeActor(portal, 'pat@x.example', 'local-helpdesk', own)
  const people = ['Jane Smith', 'Joan Smith', 'Jane Smythe', 'Siân O’Brien', 'Robert Nowak-Hill', 'Ada Lee']
  for (const name of people) {
    const [firstName = '', lastName = ''] = name.split(' ')
    await makeAccount(portal, { organisationId: own, updatedBy: pat.administratorId, firstName, lastName })
  }
  const by = { updatedBy: pat.administratorId }
  await makeAccount(portal, { ...by, organisationId: own, lastName: 'Smoth', status: 'Deleted' })
  await makeAccount(portal, { ...by, organisationId: other, firstName: 'Jane', lastName: 'Smitt' })
})
afterAll(() => portal[Symbol.asyncDispose]())

test.each([
  ['smiht', ['Smith']],
  ['smyth', ['Smythe', 'Smith']],
  ['jnae smiht', ['Jane Smith']],
  ['obrein', ['O’Brien']],
  ['nowac', ['Nowak']],
  ['bob', ['Robert']],
  ['leee', ['Lee']],
  ['zebedee', []],
  ['ada smith', []],
  ['0012', []],
  ['le', []],
])('%s', async (search, expected) => {
  expect(await findSpellings(portal, pat, { organisationId: own, search, limit: 5 })).toEqual(expected)
})

test('no more than are asked for, and nobody of elsewhere', async () => {
  const wanted = { organisationId: own, search: 'smiths', limit: 1 }
  expect(await findSpellings(portal, pat, wanted)).toEqual(['Smith'])
  const stranger = await makeActor(portal, 'eve@x.example', 'local-helpdesk')
  await expect(findSpellings(portal, stranger, wanted)).rejects.toThrow('Your role does not allow this')
})
