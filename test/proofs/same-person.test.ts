import { Client } from 'pg'
import { expect, test } from 'vitest'
import { proveSamePerson } from '../../proofs/same-person/prove-same-person.ts'
import { testPortal } from '../support/portal.ts'

// A slice of `npm run proof:same-person`.
test('of 4,000 labelled pairs, whoever is the same person is found, and families and namesakes are not taken for one', async () => {
  await using portal = await testPortal()
  const client = new Client(portal.database.url)
  await client.connect()
  const { recall, precision } = await proveSamePerson(portal, client, { seed: 11, count: 4_000 })
  await client.end()
  expect([recall > 0.98, precision > 0.9]).toEqual([true, true])
})
