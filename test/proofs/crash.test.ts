import { expect, test } from 'vitest'
import { openCluster } from '../../proofs/crash/cluster.ts'
import { openOwnPortal, strikeOwnPostgres } from '../../proofs/crash/own-postgres.ts'
import { WAVE } from '../../proofs/crash/plan-wave.ts'
import { runWave } from '../../proofs/crash/run-wave.ts'
import { openTally } from '../../proofs/crash/tally.ts'
import { runRounds } from '../../proofs/support/rounds.ts'
import { random } from '../../src/demo/random.ts'

// A slice of `npm run proof:crash`: a wave of kills, one of pauses, one of kills of PostgreSQL; all among actions,
// transfers or daily steps.
test('killed and paused at boundaries of the path, it ends as clients were answered', {
  timeout: 300_000,
}, async () => {
  const tally = openTally()
  await using cluster = await openCluster()
  const strike = (seed: number, count: number) => runWave(cluster, seed, count, tally)
  const failed: number[] = []
  for (const seed of [3 * WAVE, 4 * WAVE, 5 * WAVE + 4])
    failed.push(...(await runRounds('proof:crash', { rounds: 4, seed, together: 4 }, strike)))
  console.log(tally.print())
  expect(failed).toEqual([])
})

test('the portal starts its own PostgreSQL again when that is killed, alone or with the portal', {
  timeout: 240_000,
}, async () => {
  await using portal = await openOwnPortal(6_000)
  expect(await strikeOwnPostgres(portal, random(1), 1, true)).toBeDefined()
  expect(await strikeOwnPostgres(portal, random(2), 2, false)).toBeDefined()
})
