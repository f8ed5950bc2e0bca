import { Client } from 'pg'
import { expect, test } from 'vitest'
import { runRounds } from '../../proofs/support/rounds.ts'
import { checkUndo } from '../../proofs/undo/check-undo.ts'
import { testPortal } from '../support/portal.ts'

// A slice of `npm run proof:undo`: the same rounds, fewer of them, with a seed that doesn't change.
test('what was taken back is as it was, and what was changed since is kept and listed, in 6 rounds', {
  timeout: 180_000,
}, async () => {
  await using portal = await testPortal()
  const client = new Client(portal.database.url)
  await client.connect()
  const failed = await runRounds('proof:undo', { rounds: 6, seed: 4_000 }, (seed) =>
    checkUndo(portal, client, seed),
  )
  await client.end()
  expect(failed).toEqual([])
})
