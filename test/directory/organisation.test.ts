import { afterAll, beforeAll, expect, test } from 'vitest'
import { addOrganisation, findOrganisation, organisationsOf } from '../../src/directory/organisation.ts'
import { Conflict, InvalidInput, NotFound } from '../../src/errors.ts'
import type { Portal } from '../../src/portal.ts'
import { makeActor, testPortal } from '../support/portal.ts'

let portal: Portal
beforeAll(async () => {
  portal = await testPortal()
})
afterAll(() => portal[Symbol.asyncDispose]())

test('an organisation is added with its sites and its tree of units, and seen by those in scope', async () => {
  const sites = [{ code: 'ZN101', name: 'General Hospital' }]
  const units = [
    { name: 'Surgery', parent: null },
    { name: 'Orthopaedics', parent: 'Surgery' },
  ]
  const id = await addOrganisation(portal, { code: ' zn1 ', name: ' Northmoor  Trust ', sites, units })
  const otherId = await addOrganisation(portal, { code: 'ZF2', name: 'Federation' })
  const actor = await makeActor(portal, 'pat@x.example', 'auditor', id)
  expect(await organisationsOf(portal, actor)).toEqual([
    { id, code: 'ZN1', name: 'Northmoor Trust', closed: false },
  ])
  const everyone = await makeActor(portal, 'all@x.example', 'global-administrator')
  expect((await organisationsOf(portal, everyone)).map((one) => one.code)).toEqual(['ZF2', 'ZN1'])
  const found = await findOrganisation(portal, actor, { code: 'zn1' })
  expect(found).toEqual({
    id,
    code: 'ZN1',
    name: 'Northmoor Trust',
    closed: false,
    sites,
    units: units.toSorted((a, b) => (a.name < b.name ? -1 : 1)),
  })
  expect(await findOrganisation(portal, actor, { id })).toEqual(found)
  await expect(findOrganisation(portal, actor, { id: otherId })).rejects.toThrow(NotFound)
  await expect(addOrganisation(portal, { code: 'ZN1', name: 'Again' })).rejects.toThrow(Conflict)
})

test.each([
  ['no code', { code: '', name: 'X' }],
  ['a code of 13', { code: 'A234567890123', name: 'X' }],
  ['a code with a blank', { code: 'R X1', name: 'X' }],
  ['a code with an accent', { code: 'É1', name: 'X' }],
  ['no name', { code: 'OK1', name: '  ' }],
  ['a name of two lines', { code: 'OK1', name: 'a', sites: [{ code: '1', name: 'a\nb' }] }],
  [
    'two sites alike',
    {
      code: 'OK1',
      name: 'X',
      sites: [
        { code: '1', name: 'A' },
        { code: 'a', name: 'B' },
      ],
    },
  ],
  [
    'two units alike',
    {
      code: 'OK1',
      name: 'X',
      units: [
        { name: 'A', parent: null },
        { name: 'a', parent: null },
      ],
    },
  ],
  ['a unit before its parent', { code: 'OK1', name: 'X', units: [{ name: 'A', parent: 'B' }] }],
])('refuses %s', async (_, organisation) => {
  await expect(addOrganisation(portal, organisation)).rejects.toThrow(InvalidInput)
})
