import { Client } from 'pg'
import { expect, test } from 'vitest'
import { checkStale } from '../../proofs/stale/check-stale.ts'
import { runRounds } from '../../proofs/support/rounds.ts'
import { testPortal } from '../support/portal.ts'

// A slice of `npm run proof:stale`: the same rounds, fewer of them, with a seed that doesn't change.
test('no untouched cell overwrites what is newer, and no conflict is unsaid, in 50 interleavings', async () => {
  await using portal = await testPortal()
  const client = new Client(portal.database.url)
  await client.connect()
  const rounds = { rounds: 50, seed: 11_000, together: 25 }
  const failed = await runRounds('proof:stale', rounds, (seed, accounts) =>
    checkStale(portal, client, seed, accounts),
  )
  await client.end()
  expect(failed).toEqual([])
})
