import sql from 'sql-template-tag'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Actor } from '../../src/access/actor.ts'
import { accountHistory } from '../../src/changes/history/history.ts'
import { undoChangeSet } from '../../src/changes/history/undo.ts'
import { findAccount, findAccounts } from '../../src/directory/find-accounts.ts'
import { addAccount } from '../../src/edits/add-account.ts'
import { editAccount } from '../../src/edits/edit-account.ts'
import type { GivenValues } from '../../src/edits/read-values.ts'
import { LooksLikeSomebody, ValuesRefused } from '../../src/edits/refused.ts'
import { Forbidden, NotFound } from '../../src/errors.ts'
import type { Portal } from '../../src/portal.ts'
import { makeAccount } from '../support/account.ts'
import { makeActor, makeOrganisation, testPortal } from '../support/portal.ts'

let portal: Portal
let own: number
let closed: number
let ann: Actor
let bob: Actor
let desk: Actor
let far: Actor

beforeAll(async () => {
  portal = await testPortal({ mailDomain: 'staff.example', mobileRequired: false })
  own = await makeOrganisation(portal, 'RX1')
  const other = await makeOrganisation(portal, 'RY2')
  closed = await makeOrganisation(portal, 'RZ3')
  await portal.database.transaction('everything', (tx) =>
    tx.run(sql`update organisation set closed_at = now() where id = ${closed}`),
  )
  ann = await makeActor(portal, 'ann@x.example', 'local-administrator', own, closed)
  bob = await makeActor(portal, 'bob@x.example', 'local-administrator', own)
  desk = await makeActor(portal, 'desk@x.example', 'local-helpdesk', own)
  far = await makeActor(portal, 'far@x.example', 'local-administrator', other)
})

afterAll(() => portal[Symbol.asyncDispose]())

const jane = { localId: 'N1', firstName: 'Jane', lastName: 'Smith', mobile: '07700 900123' }

function add(values: GivenValues, { actor = ann, code = 'RX1', anyway = false } = {}) {
  return addAccount(portal, actor, { code }, { values, anyway })
}

function refusalOf(adding: Promise<unknown>): Promise<ValuesRefused> {
  return adding.then(
    () => expect.fail('nothing was refused'),
    (refused) => refused,
  )
}

async function holdersOf(localId: string): Promise<number> {
  const { accounts } = await findAccounts(portal, ann, { organisationId: own, localId, limit: 9 })
  return accounts.length
}

test('a new person has what was given, an address from their name, and a history', async () => {
  const { accountId, changeSet, warnings } = await add({
    ...{ ...jane, localId: ' A1 ', jobTitle: 'Nurse', department: '', title: null },
    ...{ site: 'rx101', organisationalUnit: 'surgery', hideMobile: true },
  })
  expect(warnings).toEqual([])
  expect(await findAccount(portal, ann, accountId)).toMatchObject({
    ...{ localId: 'A1', firstName: 'Jane', lastName: 'Smith', mobile: '+447700900123', jobTitle: 'Nurse' },
    ...{ site: 'Main Hospital', organisationalUnit: 'Surgery', hideMobile: true, department: null },
    ...{ address: 'jane.smith@staff.example', otherAddresses: [], status: 'Active', version: 1 },
    updatedBy: 'ann@x.example',
  })
  const { entries } = await accountHistory(portal, ann, accountId, { limit: 50 })
  expect(entries.map(({ field }) => field)).toEqual(
    expect.arrayContaining(['account', 'localId', 'mobile', 'emailAddress']),
  )
  expect(entries[0]).toMatchObject({ kind: 'edit', changeSet, by: 'ann@x.example' })
  expect(await undoChangeSet(portal, ann, changeSet)).toBeGreaterThan(changeSet)
})

test('each field that is missing or can’t be is told under its own name and label, all at once', async () => {
  const { problems } = await refusalOf(
    add({ firstName: 'J4ne', localId: ' ', site: 'Elsewhere', mobile: '12' }),
  )
  expect(problems.map(({ field, code }) => [field, code])).toEqual([
    ['firstName', 'invalid-characters'],
    ['site', 'unknown-site'],
    ['mobile', 'not-a-mobile'],
    ['localId', 'required'],
    ['lastName', 'required'],
  ])
  expect(problems.map(({ message }) => message)).toEqual(
    expect.arrayContaining([
      'A new account needs Local ID, and none is given. Fill it in.',
      'A new account needs Last name, and none is given. Fill it in.',
    ]),
  )
})

test('a mobile is needed where the portal says so', async () => {
  const strict = { ...portal, config: { ...portal.config, mobileRequired: true } }
  const values = { localId: 'A3', firstName: 'Jane', lastName: 'Smith' }
  const { problems } = await refusalOf(addAccount(strict, ann, { code: 'RX1' }, { values }))
  expect(problems).toMatchObject([{ field: 'mobile', code: 'required' }])
})

test('a field that a new account can’t be given is told, and not passed over', async () => {
  const given = { ...jane, localId: 'A2', status: 'Leaver', emailAddress: 'j@staff.example', shoeSize: '9' }
  const { problems } = await refusalOf(add(given))
  expect(problems.map(({ field, code }) => [field, code])).toEqual([
    ['status', 'not-editable'],
    ['shoeSize', 'unknown-field'],
    ['emailAddress', 'not-for-a-new-account'],
  ])
  expect(await holdersOf('A2')).toBe(0)
})

test('what may be meant otherwise is taken, and told', async () => {
  const { accountId, warnings } = await add({ localId: '１А', firstName: 'Uma', lastName: 'Vale' })
  expect(warnings).toMatchObject([{ field: 'localId', code: 'look-alike-character' }])
  expect(await findAccount(portal, ann, accountId)).toMatchObject({ localId: '１А' })
})

test.each([
  [
    'with the same values',
    { localId: 'T1', firstName: 'Jo', lastName: 'Lee' },
    'already-exists',
    /^LEE, Jo \(RX1\) already has this local ID, with the same values\. Change that account/,
  ],
  [
    'with other values',
    { localId: 'T1', firstName: 'Al', lastName: 'Lee' },
    'already-exists',
    /^LEE, Jo \(RX1\) already has this local ID, and differs in: First name\. Change that account/,
  ],
  [
    'in other letters',
    { localId: 't1', firstName: 'Al', lastName: 'Bo' },
    'already-exists',
    /differs in: First name, Last name\./,
  ],
  [
    'of a leaver',
    { localId: 'T2', firstName: 'Jo', lastName: 'Lee' },
    'account-leaver',
    /^LEE, Jo \(RX1\) has left/,
  ],
  [
    'of somebody deleted',
    { localId: 'T3', firstName: 'Jo', lastName: 'Lee' },
    'account-deleted',
    /is deleted.* restored first/,
  ],
])('a local ID that somebody has is refused: %s', async (_case, values, code, message) => {
  const common = { organisationId: own, updatedBy: ann.administratorId, firstName: 'Jo', lastName: 'Lee' }
  if ((await holdersOf('T1')) === 0) {
    await makeAccount(portal, { ...common, localId: 'T1' })
    await makeAccount(portal, { ...common, localId: 'T2', status: 'Leaver' })
    await makeAccount(portal, { ...common, localId: 'T3', status: 'Deleted' })
  }
  for (const anyway of [false, true]) {
    const refused = await refusalOf(add(values, { anyway }))
    expect(refused).toBeInstanceOf(ValuesRefused)
    expect(refused.problems).toEqual([{ field: 'localId', code, message: expect.stringMatching(message) }])
  }
})

test.each([
  ['name and mobile', { localId: 'S9', firstName: 'TOM', lastName: 'Díaz', mobile: '+44 7700 900777' }],
  [
    'secondary e-mail',
    { localId: 'S9', firstName: 'T.', lastName: 'Diaz', secondaryEmail: 'Tom@Home.example' },
  ],
  ['local ID but for zeros', { localId: '000771', firstName: 'T.', lastName: 'Diaz' }],
])('who looks like somebody there is only added when that is said: %s', async (_case, values) => {
  const similar = await makeAccount(portal, {
    ...{ organisationId: own, updatedBy: ann.administratorId, localId: '771', firstName: 'Tom' },
    ...{ lastName: 'Díaz', mobile: '+447700900777', secondaryEmail: 'tom@home.example' },
  })
  const refused = await refusalOf(add(values))
  expect(refused).toBeInstanceOf(LooksLikeSomebody)
  expect(refused).toMatchObject({
    accountId: similar,
    message: expect.stringMatching(
      /^DÍAZ, Tom \(RX1\), local ID “771”, has .*the same .* If it is the same person,/,
    ),
  })
  expect(await holdersOf(values.localId)).toBe(0)
  const { accountId } = await add(values, { anyway: true })
  expect(await findAccount(portal, ann, accountId)).toMatchObject({ localId: values.localId })
  await portal.database.transaction('everything', (tx) =>
    tx.run(sql`update account set local_id = null, local_id_key = null, mobile = null, secondary_email = null
      where id in (${similar}, ${accountId})`),
  )
})

test('who may read only, an organisation that is closed, and one elsewhere', async () => {
  const values = { localId: 'W1', firstName: 'Kim', lastName: 'Wu' }
  await expect(add(values, { actor: desk })).rejects.toThrow(Forbidden)
  await expect(add(values, { actor: far })).rejects.toThrow(NotFound)
  await expect(add(values, { code: 'NONE' })).rejects.toThrow(NotFound)
  await expect(add(values, { code: 'RZ3' })).rejects.toThrow(/is closed/)
  await expect(add(values, { actor: { ...ann, grants: [] } })).rejects.toThrow(Forbidden)
  expect(await holdersOf('W1')).toBe(0)
})

test('two who add the same local ID at once make one account, and the other is told whose it is', async () => {
  const values = { localId: 'R1', firstName: 'Kim', lastName: 'Wu' }
  for (const [localId, other] of [
    ['R1', {}],
    ['R2', { firstName: 'Lou' }],
  ] as const) {
    const added = await Promise.allSettled([
      add({ ...values, localId }),
      add({ ...values, localId: localId.toLowerCase(), ...other }, { actor: bob }),
    ])
    const refusals = added.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []))
    expect(refusals).toMatchObject([{ problems: [{ field: 'localId', code: 'already-exists' }] }])
    expect(refusals[0].message).toMatch(/^WU, (Kim|Lou) \(RX1\) already has this local ID/)
    expect(await holdersOf(localId)).toBe(1)
  }
})

test('people of one name who are added at once get addresses of their own', async () => {
  const names = { firstName: 'Ida', lastName: 'Moss' }
  const added = await Promise.all(['M1', 'M2', 'M3', 'M4'].map((localId) => add({ ...names, localId })))
  const accounts = await Promise.all(added.map(({ accountId }) => findAccount(portal, ann, accountId)))
  expect(accounts.map(({ address }) => address).sort()).toEqual([
    'ida.moss2@staff.example',
    'ida.moss3@staff.example',
    'ida.moss4@staff.example',
    'ida.moss@staff.example',
  ])
})

test('whatever addresses somebody chose, whoever comes after gets one that is free', async () => {
  const id = await makeAccount(portal, {
    ...{ organisationId: own, updatedBy: ann.administratorId, address: 'eve.rook@staff.example' },
    otherAddresses: [],
  })
  const chosen = ['eve.rook99999', 'eve.rook100000', 'eve.rook999999999', 'eve.rook1000000000', 'eve.rook0']
  await editAccount(portal, ann, id, { values: { aliases: chosen } })
  const names = { firstName: 'Eve', lastName: 'Rook' }
  const [one, two] = [await add({ ...names, localId: 'V1' }), await add({ ...names, localId: 'V2' })]
  const addresses = [
    await findAccount(portal, ann, one.accountId),
    await findAccount(portal, ann, two.accountId),
  ]
  expect(addresses.map(({ address }) => address)).toEqual([
    'eve.rook100001@staff.example',
    'eve.rook100002@staff.example',
  ])
})

test('nothing is left of what was refused', async () => {
  const count = () =>
    portal.database.transaction('everything', (tx) => tx.row(sql`select count(*) from change_set`))
  const before = await count()
  await add({ ...jane, localId: 'A1' }).catch(() => {})
  await add({ localId: 'X1' }).catch(() => {})
  expect(await count()).toEqual(before)
})
