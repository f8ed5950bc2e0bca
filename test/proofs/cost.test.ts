import { expect, test } from 'vitest'
import { checkCost } from '../../proofs/cost/check-cost.ts'
import { MOST, openCosts } from '../../proofs/cost/costs.ts'
import { openStand } from '../../proofs/cost/stand.ts'
import { runRounds } from '../../proofs/support/rounds.ts'

// A slice of `npm run proof:cost`: small files of every fourth shape, and no look at the clock. What doesn't grow with a
// file weighs more in small ones.
const LIMITS = {
  bytes: 100_000,
  most: { ...MOST, silenceMs: Number.POSITIVE_INFINITY, growthTimes: 2 * MOST.growthTimes },
}
const EVERY = 4
const SHAPES_TRIED = 8

test('files of odd shapes cost little memory and little room, and the process outlives them', {
  timeout: 300_000,
}, async () => {
  await using opened = new AsyncDisposableStack()
  const stand = await openStand(opened)
  const rounds = { rounds: SHAPES_TRIED, seed: 0 }
  const failed = await runRounds('proof:cost', rounds, (seed) =>
    checkCost(stand, openCosts(), seed * EVERY, LIMITS),
  )
  expect(failed).toEqual([])
})
