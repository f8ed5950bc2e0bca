import sql from 'sql-template-tag'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Actor } from '../../src/access/actor.ts'
import type { Portal } from '../../src/portal.ts'
import { makeAccount } from '../support/account.ts'
import { makeActor, makeOrganisation, testPortal } from '../support/portal.ts'
import { type Api, openApi } from './api.ts'

let portal: Portal
let own: number
let ann: Actor
let api: Api
let bobs: Api
let desks: Api
let fars: Api
let close: () => Promise<void>

beforeAll(async () => {
  portal = await testPortal({ mailDomain: 'staff.example', mobileRequired: false })
  own = await makeOrganisation(portal, 'RX1')
  const other = await makeOrganisation(portal, 'RY2')
  const opened = await openApi(portal)
  ann = await makeActor(portal, 'ann@x.example', 'local-administrator', own)
  api = await opened.as(ann)
  bobs = await opened.as(await makeActor(portal, 'bob@x.example', 'local-administrator', own))
  desks = await opened.as(await makeActor(portal, 'desk@x.example', 'local-helpdesk', own))
  fars = await opened.as(await makeActor(portal, 'far@x.example', 'local-administrator', other))
  close = async () => {
    await opened.app.close()
    await portal[Symbol.asyncDispose]()
  }
})

afterAll(() => close())

let accounts = 0
function account(values: Partial<Parameters<typeof makeAccount>[1]> = {}): Promise<number> {
  const usual = { organisationId: own, updatedBy: ann.administratorId, firstName: 'Jo', lastName: 'Lee' }
  return makeAccount(portal, { ...usual, localId: `E${++accounts}`, jobTitle: 'Nurse', ...values })
}

const seen = (version: number | string) => ({ 'if-match': `"${version}"` })

describe('a change', () => {
  test('is made of the version that was read, and answers the account with its next', async () => {
    const id = await account({ department: 'Surgery', telephone: '123' })
    const read = await api.get(`/accounts/${id}`)
    expect(read.headers.etag).toBe('"1"')
    const values = { jobTitle: 'Sister', department: null, telephone: '', hideMobile: true }
    const answer = await api.patch(`/accounts/${id}`, values, { 'if-match': read.headers.etag as string })
    expect(answer).toMatchObject({ status: 200, headers: { etag: '"2"' } })
    const then = { ...values, telephone: null, version: 2, updatedBy: 'ann@x.example' }
    expect(answer.json).toEqual({ ...read.json, ...then, updatedOn: answer.json.updatedOn, warnings: [] })
    const { json } = await api.get(`/accounts/${id}/history`)
    expect(json.entries.map(({ field }: { field: string }) => field).sort()).toEqual(
      Object.keys(values).sort(),
    )
  })

  test('says which version was read, in a way that can be one', async () => {
    const id = await account()
    const change = (headers: Record<string, string>) => api.patch(`/accounts/${id}`, { title: 'Dr' }, headers)
    expect(await change({})).toMatchObject({
      status: 428,
      json: { code: 'version-required', detail: expect.stringContaining('If-Match') },
    })
    for (const odd of [
      '1',
      '""',
      '"0"',
      '"-1"',
      '"1',
      '"1", "2"',
      '"99999999999"',
      'x'.repeat(5_000),
      '\x80',
    ]) {
      const { status, json } = await change({ 'if-match': odd })
      expect([odd.slice(0, 20), status, json.code]).toEqual([odd.slice(0, 20), 400, 'unknown-version'])
      expect(json.detail.length).toBeLessThan(200)
    }
    expect(await change(seen(7))).toMatchObject({ status: 409, json: { code: 'conflict' } })
    expect((await api.get(`/accounts/${id}`)).json.title).toBeNull()
    expect(await change({ 'if-match': 'W/"1"' })).toMatchObject({ status: 200, headers: { etag: '"2"' } })
    expect(await change({ 'if-match': ' * ' })).toMatchObject({ status: 200, headers: { etag: '"2"' } })
  })

  test('of an earlier version goes in beside what others changed since', async () => {
    const id = await account({ department: 'Surgery' })
    await bobs.patch(`/accounts/${id}`, { jobTitle: 'Sister' }, seen(1))
    const answer = await api.patch(`/accounts/${id}`, { department: 'Medicine', jobTitle: 'Nurse' }, seen(1))
    expect(answer).toMatchObject({ status: 200, headers: { etag: '"3"' } })
    expect(answer.json).toMatchObject({ department: 'Medicine', jobTitle: 'Sister' })
  })

  test('of a field that others changed since is a conflict that tells all three values', async () => {
    const id = await account({ department: 'Surgery' })
    await bobs.patch(`/accounts/${id}`, { jobTitle: 'Sister', department: 'Wards' }, seen(1))
    const mine = { jobTitle: 'Matron', department: null, title: 'Ms' }
    const { status, json, headers } = await api.patch(`/accounts/${id}`, mine, seen(1))
    expect([status, headers['content-type']]).toEqual([409, 'application/problem+json'])
    const theirs = { by: 'bob@x.example', at: expect.stringMatching(/^\d{4}-.*Z$/) }
    expect(json).toMatchObject({
      ...{ code: 'changed-meanwhile', version: 2, detail: expect.stringContaining('If-Match: "2"') },
      conflicts: [
        { field: 'jobTitle', base: 'Nurse', yours: 'Matron', theirs: 'Sister', ...theirs },
        { field: 'department', base: 'Surgery', yours: null, theirs: 'Wards', ...theirs },
      ],
    })
    expect((await api.get(`/accounts/${id}`)).json).toMatchObject({ title: null, version: 2 })
    const again = await api.patch(`/accounts/${id}`, mine, seen(json.version))
    expect(again.json).toMatchObject({ ...mine, version: 3 })
  })

  test.each([
    ['an unknown field', { shoeSize: '9' }, 'invalid-parameters', 'shoeSize'],
    ['one that an action changes', { status: 'Leaver' }, 'invalid-parameters', 'status'],
    ['a number', { jobTitle: 9 }, 'invalid-parameters', 'jobTitle'],
    ['yes in words', { hideMobile: 'yes' }, 'invalid-parameters', 'hideMobile'],
    ['no yes and no no', { hideMobile: null }, 'invalid-parameters', 'hideMobile'],
    ['no list', { otherAddresses: 'a@staff.example' }, 'invalid-parameters', 'otherAddresses'],
    ['no body', [], 'invalid-parameters', 'body'],
    ['a name with a digit', { lastName: 'Sm1th' }, 'invalid-characters', 'lastName'],
    ['no name', { lastName: null }, 'cannot-clear', 'lastName'],
    ['no address', { emailAddress: '' }, 'cannot-clear', 'emailAddress'],
    ['a site of nobody', { site: 'Moon' }, 'unknown-site', 'site'],
    ['an address elsewhere', { otherAddresses: ['a@b.example'] }, 'not-in-served-domain', 'otherAddresses'],
  ])('with %s is refused, and nothing is changed', async (_case, body, code, parameter) => {
    const id = await account({ address: `odd${accounts}@staff.example` })
    const { status, json } = await api.patch(`/accounts/${id}`, body, seen(1))
    expect(json).toMatchObject({ code, errors: [{ parameter: expect.stringMatching(`^${parameter}`) }] })
    expect(status).toBe(400)
    expect((await api.get(`/accounts/${id}`)).headers.etag).toBe('"1"')
  })

  test('with several wrong values tells each of them', async () => {
    const id = await account()
    const { status, json } = await api.patch(`/accounts/${id}`, { lastName: '9', mobile: '12' }, seen(1))
    expect([status, json.code]).toEqual([400, 'invalid-values'])
    expect(json.errors.map(({ parameter }: { parameter: string }) => parameter)).toEqual([
      'lastName',
      'mobile',
    ])
  })

  test('is JSON, and no file', async () => {
    const id = await account()
    for (const type of ['text/csv', 'application/octet-stream']) {
      const { status, json } = await api.patch(`/accounts/${id}`, Buffer.from('a'), { 'content-type': type })
      expect([status, json.code]).toEqual([415, 'unsupported-content-type'])
    }
  })

  test('of a local ID that somebody has, or of an account that has left, is a conflict', async () => {
    await account({ localId: 'TAKEN', firstName: 'Kim' })
    const id = await account()
    const taken = await api.patch(`/accounts/${id}`, { localId: 'Taken' }, seen(1))
    expect(taken).toMatchObject({ status: 409, json: { code: 'already-exists' } })
    expect(taken.json.detail).toContain('LEE, Kim (RX1)')
    const left = await account({ status: 'Leaver' })
    expect(await api.patch(`/accounts/${left}`, { title: 'Dr' }, seen(1))).toMatchObject({
      status: 409,
      json: { code: 'conflict', detail: expect.stringContaining('has left') },
    })
  })
})

describe('addresses', () => {
  test('are added, chosen and taken away', async () => {
    const id = await account({ address: 'jo.lee@staff.example' })
    const added = await api.post(`/accounts/${id}/addresses`, { address: 'Jo.Smith' })
    expect(added).toMatchObject({ status: 200, headers: { etag: '"2"' } })
    expect(added.json.otherAddresses).toEqual(['jo.smith@staff.example'])
    const chosen = await api.put(`/accounts/${id}/primary-address`, { address: 'jo.smith@staff.example' })
    expect(chosen.json).toMatchObject({
      ...{ emailAddress: 'jo.smith@staff.example', otherAddresses: ['jo.lee@staff.example'], version: 3 },
    })
    const removed = await api.delete(`/accounts/${id}/addresses/jo%2Elee%40staff.example`)
    expect(removed).toMatchObject({ status: 200, headers: { etag: '"4"' }, json: { otherAddresses: [] } })
    expect((await api.delete(`/accounts/${id}/addresses/jo.lee@staff.example`)).status).toBe(404)
    expect(await api.delete(`/accounts/${id}/addresses/JO.SMITH@staff.example`)).toMatchObject({
      status: 409,
      json: { code: 'conflict', detail: expect.stringContaining('is the primary address') },
    })
  })

  test('are told, in every place, under the name that they have in an account', async () => {
    const id = await account({ address: 'lu.fox@staff.example' })
    await bobs.patch(`/accounts/${id}`, { otherAddresses: ['lu.fox2'] }, seen(1))
    const { json } = await api.patch(`/accounts/${id}`, { otherAddresses: ['lu.fox3'] }, seen(1))
    expect(json.conflicts).toMatchObject([
      { field: 'otherAddresses', base: null, yours: ['lu.fox3@staff.example'] },
    ])
    const change = { field: 'otherAddresses', old: null, new: ['lu.fox2@staff.example'] }
    expect((await api.get(`/accounts/${id}/history`)).json.entries).toMatchObject([change])
    const { json: list } = await api.get('/change-sets?kind=edit&limit=1')
    const set = list.changeSets[0].id
    expect((await api.get(`/change-sets/${set}/rows`)).json.rows[0].changes).toEqual([change])
    const undo = await api.post(`/change-sets/${set}/undo`, { fields: ['otherAddresses'] })
    expect(undo).toMatchObject({ status: 202, json: { kind: 'undo', undoes: set } })
  })

  test('as long as they may be can stand in the path', async () => {
    const long = `${'a'.repeat(64)}@${'staff-of-the-trust.'.repeat(9)}example`
    const id = await account({ address: 'long@staff.example', otherAddresses: [long] })
    const path = encodeURIComponent(long).replaceAll('a', '%61')
    const { status, json } = await api.delete(`/accounts/${id}/addresses/${path}`)
    expect([status, json.otherAddresses]).toEqual([200, []])
  })

  test('all at once, in whatever letters, and each once', async () => {
    const id = await account({ address: 'pat.bo@staff.example' })
    const otherAddresses = ['P.Bo@staff.example', 'p.bo@STAFF.example', 'PAT.BO@staff.example', 'bo']
    const { json } = await api.patch(`/accounts/${id}`, { otherAddresses }, seen(1))
    expect(json).toMatchObject({
      ...{ emailAddress: 'pat.bo@staff.example', version: 2 },
      otherAddresses: ['bo@staff.example', 'p.bo@staff.example'],
    })
    const same = await api.patch(`/accounts/${id}`, { otherAddresses: json.otherAddresses }, seen(2))
    expect(same.json.version).toBe(2)
  })

  test('of somebody else, wherever they are, are refused', async () => {
    await account({ address: 'al.hers@staff.example' })
    const id = await account({ address: 'al.mine@staff.example' })
    const body = { address: 'al.hers@staff.example' }
    for (const refused of [
      await api.post(`/accounts/${id}/addresses`, body),
      await api.put(`/accounts/${id}/primary-address`, body),
      await api.patch(`/accounts/${id}`, { emailAddress: body.address }, seen(1)),
    ])
      expect(refused).toMatchObject({
        status: 409,
        json: { code: 'conflict', detail: expect.stringMatching(/al\.hers@staff\.example is somebody/) },
      })
    expect((await api.get(`/accounts/${id}`)).headers.etag).toBe('"1"')
  })
})

describe('a new account', () => {
  const add = (values: object, by = api) => by.post('/accounts?organisation=rx1', values)

  test('is answered with where it is, and its version', async () => {
    const answer = await add({ localId: 'N1', firstName: 'Uma', lastName: 'Vale', mobile: '07700 900001' })
    expect(answer).toMatchObject({
      ...{ status: 201, headers: { etag: '"1"', location: `/api/v1/accounts/${answer.json.id}` } },
      json: { localId: 'N1', emailAddress: 'uma.vale@staff.example', mobile: '+447700900001' },
    })
    const { warnings, ...account } = answer.json
    expect(warnings).toEqual([])
    expect((await api.get(`/accounts/${answer.json.id}`)).json).toEqual(account)
  })

  test('or a changed one, of what may be meant otherwise, is answered with warnings', async () => {
    const { status, json } = await add({
      localId: '１Б',
      firstName: 'Ada',
      lastName: 'Vane',
      mobile: '07700 900002',
    })
    expect([status, json.warnings]).toMatchObject([
      201,
      [{ field: 'localId', code: 'look-alike-character', message: expect.stringContaining('１Б') }],
    ])
    const changed = await api.patch(`/accounts/${json.id}`, { localId: '２Б' }, seen(1))
    expect(changed.json.warnings).toMatchObject([{ field: 'localId' }])
  })

  test('needs what every account has', async () => {
    const { status, json } = await add({ firstName: 'Uma', decision: 'create' })
    expect([status, json.code]).toEqual([400, 'invalid-values'])
    expect(json.errors).toEqual([
      { parameter: 'localId', message: expect.stringContaining('needs Local ID') },
      { parameter: 'lastName', message: expect.stringContaining('needs Last name') },
    ])
    expect((await add({ emailAddress: 'a@staff.example' })).json.code).toBe('invalid-parameters')
    expect((await api.post('/accounts', {})).json.errors).toMatchObject([{ parameter: 'organisation' }])
  })

  test('of a local ID that somebody has is refused', async () => {
    await account({ localId: 'HAD' })
    const { status, json } = await add({
      localId: 'had',
      firstName: 'Al',
      lastName: 'Bo',
      decision: 'create',
    })
    expect([status, json.code]).toEqual([409, 'already-exists'])
  })

  test('of who looks like somebody is made when that is said', async () => {
    const similar = await account({ firstName: 'Al', lastName: 'Bo', secondaryEmail: 'al@home.example' })
    const values = { localId: 'D1', firstName: 'Al', lastName: 'Bo', secondaryEmail: 'al@home.example' }
    const { status, json } = await add(values)
    expect([status, json]).toMatchObject([409, { code: 'possible-duplicate', similar }])
    expect(json.detail).toContain('"decision": "create"')
    expect((await add({ ...values, decision: 'perhaps' })).status).toBe(400)
    expect((await add({ ...values, decision: 'create' })).status).toBe(201)
  })
})

test('who may only read is refused, and elsewhere there is nothing', async () => {
  const id = await account({ address: 'kim@staff.example', otherAddresses: ['kim2@staff.example'] })
  const calls = (by: Api) => [
    by.post('/accounts?organisation=RX1', { localId: 'X1', firstName: 'Al', lastName: 'Bo' }),
    by.patch(`/accounts/${id}`, { title: 'Dr' }, seen(1)),
    by.post(`/accounts/${id}/addresses`, { address: 'kim3@staff.example' }),
    by.put(`/accounts/${id}/primary-address`, { address: 'kim2@staff.example' }),
    by.delete(`/accounts/${id}/addresses/kim2@staff.example`),
  ]
  for (const answer of await Promise.all(calls(desks))) expect(answer.status).toBe(403)
  for (const answer of await Promise.all(calls(fars)))
    expect(answer).toMatchObject({ status: 404, json: { code: 'not-found' } })
  await portal.database.transaction('everything', (tx) =>
    tx.run(sql`update account set status = 'Withdrawn' where id = ${id}`),
  )
  for (const answer of (await Promise.all(calls(api))).slice(1)) expect(answer.status).toBe(404)
})
