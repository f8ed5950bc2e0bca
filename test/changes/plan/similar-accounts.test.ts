import { afterAll, beforeAll, expect, test } from 'vitest'
import { similarAccounts } from '../../../src/changes/plan/similar-accounts.ts'
import type { WantedValues } from '../../../src/changes/plan/wanted.ts'
import type { Portal } from '../../../src/portal.ts'
import { makeAccount } from '../../support/account.ts'
import { makeActor, makeOrganisation, testPortal } from '../../support/portal.ts'

let portal: Portal
let organisation: number
const ids: Record<string, number> = {}

const WARD = '+447700900099'
const THERE: Record<string, Omit<Parameters<typeof makeAccount>[1], 'organisationId' | 'updatedBy'>> = {
  siobhan: { localId: '00010234', firstName: 'Siobhán', lastName: 'O’Hara', mobile: '+447700900001' },
  francoise: { localId: '00010277', firstName: 'Françoise', lastName: 'Schröder', mobile: '+447700900002' },
  elizabeth: {
    ...{ localId: '00020345', firstName: 'Elizabeth', lastName: 'Carter', mobile: '+447700900003' },
    ...{ secondaryEmail: 'liz@example.org', jobTitle: 'Nurse', department: 'Ward 7' },
  },
  gone: {
    localId: '00030456',
    firstName: 'Omar',
    lastName: 'Khan',
    mobile: '+447700900004',
    status: 'Leaver',
  },
  deleted: {
    localId: '00030567',
    firstName: 'Ivy',
    lastName: 'Moss',
    mobile: '+447700900005',
    status: 'Deleted',
  },
  withdrawn: {
    localId: '1',
    firstName: 'Max',
    lastName: 'Void',
    mobile: '+447700900006',
    status: 'Withdrawn',
  },
  ward1: { localId: '00050111', firstName: 'Sarah', lastName: 'Hill', mobile: WARD },
  ward2: { localId: '00050222', firstName: 'Peter', lastName: 'Hill', mobile: WARD },
  ward3: { localId: '00050333', firstName: 'Grace', lastName: 'Stone', mobile: WARD },
  elsewhere: { localId: '00060444', firstName: 'Una', lastName: 'Fell', mobile: '+447700900007' },
}

beforeAll(async () => {
  portal = await testPortal()
  organisation = await makeOrganisation(portal, 'RX1')
  const other = await makeOrganisation(portal, 'RX2')
  const { administratorId } = await makeActor(portal, 'ann@x.example', 'local-administrator', organisation)
  for (const [name, values] of Object.entries(THERE)) {
    const organisationId = name === 'elsewhere' ? other : organisation
    ids[name] = await makeAccount(portal, { organisationId, updatedBy: administratorId, ...values })
  }
})
afterAll(() => portal[Symbol.asyncDispose]())

const nobody = [undefined, undefined, undefined]

test.each<[string, WantedValues, (string | undefined)[]]>([
  [
    'accents and apostrophe',
    { firstName: 'Siobhan', lastName: "O'Hara", mobile: '+447700900001' },
    ['siobhan', 'name-and-mobile', 'same'],
  ],
  [
    'umlauts written out',
    { firstName: 'FRANCOISE', lastName: 'Schroeder', mobile: '+447700900002' },
    ['francoise', 'name-and-mobile', 'alike'],
  ],
  [
    'names exchanged',
    { firstName: 'Schroder', lastName: 'Francoise', mobile: '+447700900002' },
    ['francoise', 'name-and-mobile', 'same'],
  ],
  [
    'a short form',
    { firstName: 'Liz', lastName: 'Carter', mobile: '+447700900003' },
    ['elizabeth', 'name-and-mobile', 'alike'],
  ],
  [
    'a slip',
    { firstName: 'Elizabeth', lastName: 'Catrer', mobile: '+447700900003' },
    ['elizabeth', 'name-and-mobile', 'alike'],
  ],
  [
    'a marriage',
    { firstName: 'Elizabeth', lastName: 'Young', mobile: '+447700900003' },
    ['elizabeth', 'name-and-mobile', 'first'],
  ],
  [
    'a secondary address',
    { firstName: 'Lizzie', lastName: 'Carter', secondaryEmail: 'LIZ@example.org' },
    ['elizabeth', 'secondary-email', 'alike'],
  ],
  [
    'a digit replaced',
    { localId: '00010235', firstName: 'Siobhan', lastName: 'OHara' },
    ['siobhan', 'near-local-id', 'same'],
  ],
  [
    'two digits exchanged, and a short form',
    { localId: '00020354', firstName: 'Beth', lastName: 'Carter' },
    ['elizabeth', 'near-local-id', 'alike'],
  ],
  [
    'a digit left out',
    { localId: '0001234', firstName: 'Siobhan', lastName: 'O’Hara' },
    ['siobhan', 'near-local-id', 'same'],
  ],
  [
    'the same post',
    { localId: '9', firstName: 'Liz', lastName: 'Carter', jobTitle: 'Nurse', department: 'Ward 7' },
    ['elizabeth', 'name-and-job', 'alike'],
  ],
  [
    'somebody who has left',
    { firstName: 'Omar', lastName: 'Khan', mobile: '+447700900004' },
    ['gone', 'name-and-mobile', 'same'],
  ],
  [
    'somebody who was deleted',
    { firstName: 'Ivy', lastName: 'Moss', mobile: '+447700900005' },
    ['deleted', 'name-and-mobile', 'same'],
  ],
  [
    'a colleague at the mobile of a ward, by name',
    { firstName: 'Grace', lastName: 'Stone', mobile: WARD },
    ['ward3', 'name-and-mobile', 'same'],
  ],
  ['another at it', { firstName: 'Sarah', lastName: 'Brook', mobile: WARD }, nobody],
  ['a husband', { firstName: 'Alan', lastName: 'Carter', mobile: '+447700900003' }, nobody],
  ['a twin', { firstName: 'Emma', lastName: 'O’Hara', mobile: '+447700900001' }, nobody],
  [
    'a namesake in another post',
    { localId: '77', firstName: 'Elizabeth', lastName: 'Carter', jobTitle: 'Porter' },
    nobody,
  ],
  [
    'another with nearly the same local ID',
    { localId: '00010236', firstName: 'Peter', lastName: 'Hill' },
    nobody,
  ],
  ['who was withdrawn', { firstName: 'Max', lastName: 'Void', mobile: '+447700900006' }, nobody],
  ['who is elsewhere', { firstName: 'Una', lastName: 'Fell', mobile: '+447700900007' }, nobody],
  ['no name', { localId: '00010235', mobile: '+447700900001' }, nobody],
])('%s', async (_what, values, [name, why, names]) => {
  const row = { row: 2, id: null, localId: (values.localId ?? null) as string | null, values, problems: [] }
  const [similar] = await portal.database.transaction([organisation], (tx) =>
    similarAccounts(tx, organisation, [row]),
  )
  expect([similar?.account.id, similar?.why, similar?.names]).toEqual([name && ids[name], why, names])
})
