import { expect, test } from 'vitest'
import { checkDamaged, checkOrdinary } from '../../proofs/damage/check-damage.ts'
import { makeKnown } from '../../proofs/damage/make-known.ts'
import { runRounds } from '../../proofs/support/rounds.ts'
import { random } from '../../src/demo/random.ts'
import { testPortal } from '../support/portal.ts'

// A slice of `npm run proof:damage`.
test('a dozen damaged files are found out, and of forty ordinary ones nothing is said, and none is held', async () => {
  await using portal = await testPortal()
  const known = await makeKnown(portal, 'ZD1', random(9_000))
  const damaged = await runRounds('proof:damage', { rounds: 12, seed: 9_000 }, (seed) =>
    checkDamaged(known.sender, known, 7 * seed),
  )
  const ordinary = await runRounds('proof:damage', { rounds: 40, seed: 80 }, (seed) =>
    checkOrdinary(known.sender, known, seed),
  )
  expect([damaged, ordinary]).toEqual([[], []])
})
