import { Client } from 'pg'
import { expect, test } from 'vitest'
import { checkRoundTrip } from '../../proofs/round-trip/check-round-trip.ts'
import { runRounds } from '../../proofs/support/rounds.ts'
import { testPortal } from '../support/portal.ts'

// A slice of `npm run proof:round-trip`.
test('1,800 accounts of hostile values, created by an upload or not, exported and sent back unedited as CSV, .xlsx and .ods, plan no change', {
  timeout: 60_000,
}, async () => {
  await using portal = await testPortal()
  const client = new Client(portal.database.url)
  await client.connect()
  const failed = await runRounds('proof:round-trip', { rounds: 3, seed: 9_000 }, (seed) =>
    checkRoundTrip(portal, client, seed, 300),
  )
  await client.end()
  expect(failed).toEqual([])
})
