import { Client } from 'pg'
import sql from 'sql-template-tag'
import { expect, inject, test } from 'vitest'
import { openTally } from '../../proofs/isolation/findings.ts'
import { marker, marksIn, twinOf, untwinned } from '../../proofs/isolation/marks.ts'
import { placesOf } from '../../proofs/isolation/probes.ts'
import { proveIsolation } from '../../proofs/isolation/prove-isolation.ts'
import { compareState } from '../../proofs/isolation/prove-routes.ts'
import { readRoutes } from '../../proofs/isolation/routes.ts'
import { readState } from '../../proofs/isolation/state.ts'
import { dropDatabase, makeDatabase } from '../../proofs/support/database-server.ts'
import { makeOrganisation, testPortal } from '../support/portal.ts'

const AMOUNT = { seed: 11_000, probes: 150, pairsOfFiles: 1, isFull: false, found: 5 }

// A slice of `npm run proof:isolation`: fewer probes, and one pair of files.
test('nobody gets a byte of what is somebody else’s, nor learns whether it is there, with either line alone', {
  timeout: 600_000,
}, async () => {
  const databaseUrl = await makeDatabase(inject('serverUrl'))
  try {
    expect(await proveIsolation(databaseUrl, AMOUNT)).toEqual([])
  } finally {
    await dropDatabase(databaseUrl)
  }
})

test('the proof knows where an identifier can stand in every route, and fails for one that it doesn’t know', async () => {
  await using portal = await testPortal({ metricsToken: 'for-the-monitoring' })
  const routes = await readRoutes(portal)
  expect(placesOf(routes).size).toBe(routes.length)
  expect(() => placesOf([...routes, { method: 'GET', url: '/new/:id' }])).toThrow('GET /new/:id')
  expect(() => placesOf(routes.filter(({ url }) => url !== '/accounts'))).toThrow('GET /accounts')
})

test('the proof notices a row of another organisation that was changed, made or taken away', async () => {
  await using portal = await testPortal()
  const [one, other] = [await makeOrganisation(portal, 'RX1'), await makeOrganisation(portal, 'RX2')]
  const client = new Client(portal.database.url)
  await client.connect()
  const tally = openTally()
  const change = (organisation: number, name: string) =>
    portal.database.transaction('everything', (tx) =>
      tx.run(sql`insert into organisational_unit (organisation_id, name) values (${organisation}, ${name})`),
    )
  const before = await readState(client, [other])
  await change(one, 'Pharmacy')
  await compareState(client, before, 'mine', tally)
  await change(other, 'Pharmacy')
  await compareState(client, before, 'theirs', tally)
  await client.end()
  expect(tally.findings.map(({ kind, where }) => [kind, where])).toEqual([['state', 'theirs']])
})

test('a mark is found in whatever case and number, and its twin is none, is as long, and leads back to it', () => {
  const { word, mobile } = marker('b')
  const marked = [
    word(),
    word('uploads').toUpperCase(),
    `${word()}@home.example`,
    mobile(),
    '/uploads/422000017',
  ]
  for (const value of marked) {
    expect(marksIn(value).map(({ letter }) => letter)).toEqual(['b'])
    const twin = twinOf(value)
    expect([marksIn(twin), twin.length, untwinned(twin)]).toEqual([[], value.length, value])
  }
  expect(marksIn('07930000001 431000001 zqcdaaaa').map(({ letter }) => letter)).toEqual(['c', 'c', 'c'])
  expect(marksIn('0.7930000001 14310000012 zqcdx')).toEqual([])
})
