import { expect, test } from 'vitest'
import { checkCrash } from '../../proofs/crash/check-crash.ts'
import { crashDirectory } from '../../proofs/crash/crash-directory.ts'
import { STAGES } from '../../proofs/crash/kill-in.ts'
import { runRounds } from '../../proofs/support/rounds.ts'
import { random } from '../../src/demo/random.ts'

// A slice of `npm run proof:crash`: each stage once, with a portal and a PostgreSQL of its own.
test('killed in the middle of a check, an apply, a mailing, it ends as if nothing had happened', {
  timeout: 240_000,
}, async () => {
  await using directory = await crashDirectory(8_000)
  let round = 0
  const failed = await runRounds('proof:crash', { rounds: STAGES.length, seed: 500 }, (seed) => {
    round++
    return checkCrash(directory, random(seed), round, STAGES[round - 1] ?? 'check')
  })
  expect(failed).toEqual([])
})
