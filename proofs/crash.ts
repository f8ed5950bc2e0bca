import { random } from '../src/demo/random.ts'
import { checkCrash } from './crash/check-crash.ts'
import { crashDirectory } from './crash/crash-directory.ts'
import { STAGES } from './crash/kill-in.ts'
import { readRounds, runRounds } from './support/rounds.ts'

// The whole portal killed in the middle of a check, an apply, a mailing: started again, it ends as if nothing had been.
const PEOPLE = 20_000

await using directory = await crashDirectory(PEOPLE)
console.log(`${PEOPLE.toLocaleString('en-GB')} people; kill -9 in the middle of each stage in turn.`)
let round = 0
await runRounds('proof:crash', readRounds({ rounds: 20 }), (seed) => {
  round++
  return checkCrash(directory, random(seed), round, STAGES[(round - 1) % STAGES.length] ?? 'check')
})
