import sql from 'sql-template-tag'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Actor } from '../../src/access/actor.ts'
import { PRESENT_STATUSES } from '../../src/directory/account-filter.ts'
import { type AccountFilters, findAccount, findAccounts } from '../../src/directory/find-accounts.ts'
import { ACCOUNT_SORTS, DIRECTIONS } from '../../src/directory/order-sql.ts'
import { Forbidden, InvalidInput, NotFound } from '../../src/errors.ts'
import type { Portal } from '../../src/portal.ts'
import { makeAccount } from '../support/account.ts'
import { asOwner, makeActor, makeOrganisation, testPortal } from '../support/portal.ts'
import { check, csv, receive } from '../support/upload.ts'

let portal: Portal
let own: number
let other: number
let pat: Actor
let stranger: Actor
let everyone: Actor
let maryId: number

beforeAll(async () => {
  portal = await testPortal()
  own = await makeOrganisation(portal, 'RX1')
  other = await makeOrganisation(portal, 'RX2')
  pat = await makeActor(portal, 'pat@x.example', 'local-helpdesk', own)
  stranger = await makeActor(portal, 'eve@x.example', 'local-administrator', other)
  everyone = await makeActor(portal, 'all@x.example', 'global-administrator')
  const by = { organisationId: own, updatedBy: pat.administratorId }
  maryId = await makeAccount(portal, {
    ...by,
    localId: '00012345',
    title: 'Dr',
    firstName: 'Mary-Anne',
    middleName: 'Ruth',
    lastName: "O'Brien",
    jobTitle: 'Consultant',
    department: 'Théâtres',
    telephone: '01632 960123 ext 7',
    site: 'Main Hospital',
    organisationalUnit: 'Surgery',
    mobile: '+447700900123',
    address: 'mary-anne.obrien@staff.example',
    otherAddresses: ['mary.smith@staff.example'],
  })
  await makeAccount(portal, {
    ...by,
    localId: 'AG-1077',
    firstName: 'Jörg',
    lastName: 'Müller',
    mobile: '+447700900456',
  })
  await makeAccount(portal, {
    ...by,
    localId: '77',
    firstName: 'Pat',
    lastName: 'Muller',
    status: 'Disabled',
  })
  await makeAccount(portal, {
    ...by,
    localId: 'Z1',
    firstName: 'Łukasz',
    lastName: 'Żak',
    address: 'lukasz.zak@staff.example',
    status: 'Leaver',
  })
  await makeAccount(portal, { ...by, localId: 'D1', firstName: 'Del', lastName: 'Eted', status: 'Deleted' })
  await makeAccount(portal, { ...by, mailboxType: 'Shared', address: 'theatre@staff.example' })
  await makeAccount(portal, {
    organisationId: other,
    updatedBy: stranger.administratorId,
    localId: '00012345',
    firstName: 'Mary-Anne',
    lastName: 'Elsewhere',
  })
})
afterAll(() => portal[Symbol.asyncDispose]())

async function names(filters: Partial<AccountFilters>, actor = pat): Promise<string[]> {
  const { accounts } = await findAccounts(portal, actor, { limit: 50, ...filters })
  return accounts.map((account) => account.displayName)
}

describe('an account', () => {
  test('has every field, its addresses and who changed it last', async () => {
    expect(await findAccount(portal, pat, maryId)).toEqual({
      id: maryId,
      organisation: { id: own, code: 'RX1', name: 'RX1 Trust' },
      displayName: "O'BRIEN, Mary-Anne (RX1)",
      localId: '00012345',
      title: 'Dr',
      firstName: 'Mary-Anne',
      middleName: 'Ruth',
      knownAs: null,
      lastName: "O'Brien",
      jobTitle: 'Consultant',
      department: 'Théâtres',
      site: 'Main Hospital',
      organisationalUnit: 'Surgery',
      mobile: '+447700900123',
      hideMobile: false,
      telephone: '01632 960123 ext 7',
      secondaryEmail: null,
      description: null,
      hideFromDirectory: false,
      startsOn: null,
      address: 'mary-anne.obrien@staff.example',
      otherAddresses: ['mary.smith@staff.example'],
      status: 'Active',
      statusChangedAt: null,
      mailboxType: 'User',
      createdAt: expect.any(Date),
      updatedAt: expect.any(Date),
      updatedBy: 'pat@x.example',
      version: 1,
    })
  })

  test('outside the scope is not there', async () => {
    await expect(findAccount(portal, stranger, maryId)).rejects.toThrow(NotFound)
    await expect(findAccount(portal, pat, 999_999)).rejects.toThrow(NotFound)
    await expect(findAccount(portal, pat, Number.NaN)).rejects.toThrow(NotFound)
    const nobody = { ...pat, grants: [] }
    await expect(findAccount(portal, nobody, maryId)).rejects.toThrow(Forbidden)
  })
})

describe('search', () => {
  test.each([
    ['mary', ["O'BRIEN, Mary-Anne (RX1)"]],
    ["o'brien mary", ["O'BRIEN, Mary-Anne (RX1)"]],
    ["O'BRIEN, Mary-Anne (RX1)", ["O'BRIEN, Mary-Anne (RX1)"]],
    ['ruth', ["O'BRIEN, Mary-Anne (RX1)"]],
    ['mary muller', []],
    ['0001234', ["O'BRIEN, Mary-Anne (RX1)"]],
    ['ag-10', ['MÜLLER, Jörg (RX1)']],
    ['muller', ['MULLER, Pat (RX1)', 'MÜLLER, Jörg (RX1)']],
    ['Müller', ['MULLER, Pat (RX1)', 'MÜLLER, Jörg (RX1)']],
    ['OBRIEN', ["O'BRIEN, Mary-Anne (RX1)"]],
    ['O’Brien', ["O'BRIEN, Mary-Anne (RX1)"]],
    ['mary‑anne', ["O'BRIEN, Mary-Anne (RX1)"]],
    ['maryanne', ["O'BRIEN, Mary-Anne (RX1)"]],
    ['jörg müll', ['MÜLLER, Jörg (RX1)']],
    ['consultant', ["O'BRIEN, Mary-Anne (RX1)"]],
    ['consultant theatres', ["O'BRIEN, Mary-Anne (RX1)"]],
    ['01632 960 123', ["O'BRIEN, Mary-Anne (RX1)"]],
    ['+44 1632 960123', ["O'BRIEN, Mary-Anne (RX1)"]],
    ['960123', ["O'BRIEN, Mary-Anne (RX1)"]],
    ['mary.smith@', ["O'BRIEN, Mary-Anne (RX1)"]],
    ['lukasz', ['ŻAK, Łukasz (RX1)']],
    ['zak', ['ŻAK, Łukasz (RX1)']],
    ['07700900123', ["O'BRIEN, Mary-Anne (RX1)"]],
    ['07700 900 123', ["O'BRIEN, Mary-Anne (RX1)"]],
    ['+44 7700 900123', ["O'BRIEN, Mary-Anne (RX1)"]],
    ['+44 (0)7700-900123', ["O'BRIEN, Mary-Anne (RX1)"]],
    ['900456', ['MÜLLER, Jörg (RX1)']],
    ['O’B.', ["O'BRIEN, Mary-Anne (RX1)"]],
    ['·', []],
    ['100%', []],
    ['_', []],
    ["'; drop table account; --", []],
  ])('%s', async (search, found) => {
    expect((await names({ search })).sort()).toEqual([...found].sort())
  })

  test('of nothing finds everyone who is not deleted', async () => {
    expect(await names({ search: '  ' })).toHaveLength(5)
  })

  test('by account ID', async () => {
    expect(await names({ search: String(maryId) })).toContain("O'BRIEN, Mary-Anne (RX1)")
  })
})

describe('filters', () => {
  test('narrow the list; deleted accounts are shown only when asked for', async () => {
    expect(await names({ status: 'Disabled' })).toEqual(['MULLER, Pat (RX1)'])
    expect(await names({ status: ['Leaver', 'Deleted'] })).toEqual(['ETED, Del (RX1)', 'ŻAK, Łukasz (RX1)'])
    expect(await names({ type: 'Shared' })).toEqual(['(RX1)'])
    expect(await names({ site: 'Main Hospital' })).toEqual(["O'BRIEN, Mary-Anne (RX1)"])
    expect(await names({ unit: 'Surgery' })).toEqual(["O'BRIEN, Mary-Anne (RX1)"])
    expect(await names({ localId: 'ag-1077' })).toEqual(['MÜLLER, Jörg (RX1)'])
    expect(await names({ localId: 'ag-107' })).toEqual([])
  })

  test('who is hidden, has no local ID, or was changed since a day', async () => {
    expect(await names({ hidden: true })).toEqual([])
    expect(await names({ hidden: false })).toHaveLength(5)
    expect(await names({ hasLocalId: false })).toEqual(['(RX1)'])
    expect(await names({ hasLocalId: true, status: 'Active' })).toEqual([
      'MÜLLER, Jörg (RX1)',
      "O'BRIEN, Mary-Anne (RX1)",
    ])
    expect(await names({ changedSince: '01/01/2020' })).toHaveLength(5)
    expect(await names({ changedSince: '2999-01-01' })).toEqual([])
    await expect(names({ changedSince: '30/02/2026' })).rejects.toThrow(InvalidInput)
  })

  test('an organisation in scope; one outside it is not there', async () => {
    expect(await names({ localId: '00012345' }, everyone)).toHaveLength(2)
    expect(await names({ localId: '00012345', organisationCode: 'rx2' }, everyone)).toEqual([
      'ELSEWHERE, Mary-Anne (RX2)',
    ])
    expect(await names({ localId: '00012345', organisationId: other })).toEqual([])
    await expect(names({ organisationCode: 'RX2' })).rejects.toThrow(NotFound)
    await expect(names({ organisationCode: 'NONE' })).rejects.toThrow(NotFound)
  })
})

test('by name, accents and apostrophes make no difference: Żak stands before Zander', async () => {
  const id = await makeOrganisation(portal, 'RX3')
  const there = ['Zander', 'Ohara', 'Álvarez', 'O’Hare', 'Baker', "O'Hallo", 'Żak', 'Alvarez', 'de Souza']
  const by = { organisationId: id, updatedBy: everyone.administratorId }
  for (const lastName of there) await makeAccount(portal, { ...by, firstName: 'Kim', lastName })
  const { accounts } = await findAccounts(portal, everyone, { organisationId: id, limit: 50 })
  expect(accounts.map(({ lastName }) => lastName)).toEqual([
    'Álvarez',
    'Alvarez',
    'Baker',
    'de Souza',
    "O'Hallo",
    'Ohara',
    'O’Hare',
    'Żak',
    'Zander',
  ])
  await portal.database.transaction('everything', (tx) =>
    tx.run(sql`delete from account where organisation_id = ${id}`),
  )
})

describe('who isn’t in a file', () => {
  let id: number
  let ann: Actor
  const missing = (notInUpload: number, actor = ann) =>
    names({ organisationId: id, notInUpload, status: PRESENT_STATUSES }, actor)

  beforeAll(async () => {
    id = await makeOrganisation(portal, 'RX4')
    ann = await makeActor(portal, 'ann@x.example', 'local-administrator', id)
    const by = { organisationId: id, updatedBy: ann.administratorId }
    const people = ['Archer', 'Bell', 'Cole', 'Dunn']
    for (const [at, lastName] of people.entries())
      await makeAccount(portal, {
        ...by,
        localId: `A${at}`,
        firstName: 'Kim',
        lastName,
        mobile: `+44770090033${at}`,
      })
    await makeAccount(portal, { ...by, localId: 'L', lastName: 'Gone', status: 'Leaver' })
  })

  afterAll(() => asOwner(portal, `delete from account where organisation_id = ${id}`))

  test('is whoever no row is about, nor was probably meant for', async () => {
    // The first by its local ID, the second in a row with an error, the third by name and mobile under an unknown local ID.
    const file = csv('LocalID,FirstName,LastName,Mobile', 'a0,,,', 'A1,,,12', 'Z9,Kim,Cole,07700 900332')
    const { upload } = await check(portal, ann, 'RX4', file)
    expect(await missing(upload.id)).toEqual(['DUNN, Kim (RX4)'])
  })

  test('is nobody where the file has no rows, was not checked, is another’s, or is not kept any more', async () => {
    const { upload } = await check(portal, ann, 'RX4', csv('LocalID,JobTitle', 'A0,Nurse'))
    expect(await missing(upload.id)).toHaveLength(3)
    expect(await missing(await receive(portal, ann, 'RX4', csv('LocalID,JobTitle', 'A0,Nurse')))).toEqual([])
    expect(await missing(987_654)).toEqual([])
    expect(await names({ organisationId: own, notInUpload: upload.id }, everyone)).toEqual([])
    await portal.database.transaction('everything', (tx) =>
      tx.run(sql`update upload set expired_at = now() where id = ${upload.id}`),
    )
    expect(await missing(upload.id)).toEqual([])
  })

  test('is told to nobody who may see no files', async () => {
    await expect(names({ organisationId: own, notInUpload: 1 })).rejects.toThrow(Forbidden)
  })
})

describe('pages', () => {
  test.each(ACCOUNT_SORTS.flatMap((sort) => DIRECTIONS.map((direction) => ({ sort, direction }))))(
    'by $sort, $direction, hold everyone once, in order',
    async (order) => {
      const whole = await findAccounts(portal, everyone, { ...order, limit: 50 })
      expect(whole.next).toBeNull()
      expect(whole.total).toBe(6)
      const seen: number[] = []
      let after: string | undefined
      for (let page = 0; page < 10; page++) {
        const { accounts, next, total } = await findAccounts(portal, everyone, {
          ...order,
          limit: 2,
          ...(after === undefined ? {} : { after }),
        })
        expect(total).toBe(6)
        seen.push(...accounts.map((account) => account.id))
        const byNumber = await findAccounts(portal, everyone, { ...order, limit: 2, skip: 2 * page })
        expect(byNumber.accounts).toEqual(accounts)
        expect(byNumber.total).toBe(6)
        if (next === null) break
        after = next
      }
      expect(seen).toEqual(whole.accounts.map((account) => account.id))
      expect(new Set(seen).size).toBe(6)
    },
  )

  test('go both ways, whoever has no value last', async () => {
    const localIds = async (order: Partial<AccountFilters>) =>
      (await findAccounts(portal, pat, { ...order, limit: 50 })).accounts.map(({ localId }) => localId)
    const upwards = ['00012345', '77', 'AG-1077', 'Z1', null]
    expect(await localIds({ sort: 'localId' })).toEqual(upwards)
    expect(await localIds({ sort: 'localId', direction: 'descending' })).toEqual([
      ...upwards.slice(0, 4).reverse(),
      null,
    ])
    const newest = await localIds({ sort: 'updated' })
    expect(await localIds({ sort: 'updated', direction: 'ascending' })).toEqual(newest.toReversed())
    expect((await localIds({ sort: 'jobTitle' }))[0]).toBe('00012345')
    expect((await localIds({ sort: 'jobTitle', direction: 'descending' }))[0]).toBe('00012345')
  })

  test('a place that is none of ours is refused', async () => {
    const { next } = await findAccounts(portal, pat, { sort: 'name', limit: 1 })
    for (const [sort, after] of [
      ['name', 'x'],
      ['name', ''],
      ['name', Buffer.from('["a","b","c"]').toString('base64url')],
      ['updated', next as string],
    ] as const) {
      await expect(findAccounts(portal, pat, { sort, after, limit: 1 })).rejects.toThrow(InvalidInput)
    }
  })
})
