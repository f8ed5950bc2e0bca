import { Client } from 'pg'
import { expect, test } from 'vitest'
import { checkContract } from '../../proofs/contract/check-contract.ts'
import { runRounds } from '../../proofs/support/rounds.ts'
import { testPortal } from '../support/portal.ts'

// A slice of `npm run proof:contract`: the same rounds, fewer of them, with a seed that doesn't change.
test('what is written is what was planned, in 15 acts against random directories', {
  timeout: 180_000,
}, async () => {
  await using portal = await testPortal()
  const client = new Client(portal.database.url)
  await client.connect()
  const failed = await runRounds('proof:contract', { rounds: 15, seed: 7_000 }, (seed) =>
    checkContract(portal, client, seed),
  )
  await client.end()
  expect(failed).toEqual([])
})
