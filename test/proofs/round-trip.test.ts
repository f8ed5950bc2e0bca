import { Client } from 'pg'
import { expect, test } from 'vitest'
import { checkRoundTrip } from '../../proofs/round-trip/check-round-trip.ts'
import { runRounds } from '../../proofs/support/rounds.ts'
import { testPortal } from '../support/portal.ts'

// A slice of `npm run proof:round-trip`.
test('2,000 accounts of hostile values, created by an upload or not, exported and sent back unedited, plan no change', async () => {
  await using portal = await testPortal()
  const client = new Client(portal.database.url)
  await client.connect()
  const failed = await runRounds('proof:round-trip', { rounds: 1, seed: 9_000 }, (seed) =>
    checkRoundTrip(portal, client, seed, 1_000),
  )
  await client.end()
  expect(failed).toEqual([])
})
