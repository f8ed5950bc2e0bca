import { openCluster } from './crash/cluster.ts'
import { WAVE } from './crash/plan-wave.ts'
import { runWave } from './crash/run-wave.ts'
import { openTally } from './crash/tally.ts'
import { readRounds, runRounds } from './support/rounds.ts'

// Two web processes, two workers and PostgreSQL, killed and paused at every boundary of an upload's path and at random
// times: what clients were answered is there in the end, once, and nothing else is.
const tally = openTally()
const { rounds, seed } = readRounds({ rounds: 1_100 })
await using cluster = await openCluster()
for (const signal of ['SIGINT', 'SIGTERM'])
  process.once(signal, async () => {
    console.log(tally.print())
    await cluster[Symbol.asyncDispose]()
    process.exit(130)
  })
await runRounds('proof:crash', { rounds, seed }, (at, count) => runWave(cluster, at, count, tally), WAVE)
console.log(tally.print())
