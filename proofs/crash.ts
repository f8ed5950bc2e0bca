import { random } from '../src/demo/random.ts'
import { openCluster } from './crash/cluster.ts'
import { openOwnPortal, strikeOwnPostgres } from './crash/own-postgres.ts'
import { WAVE } from './crash/plan-wave.ts'
import { runWave } from './crash/run-wave.ts'
import { openTally } from './crash/tally.ts'
import { readRounds, runRounds } from './support/rounds.ts'
import { disposeWhenInterrupted } from './support/when-interrupted.ts'

const WHOLE = 2_800
const TAKEN_UP_MS = 15_000

// Two web processes, two workers and PostgreSQL, killed and paused at every boundary of the path of an upload, an edit, an undo, an
// action, a transfer and a daily step, and at random times: what clients were answered is there in the end, once, and nothing else is. Then the portal that starts its
// PostgreSQL itself.
const { rounds, seed } = readRounds({ rounds: WHOLE })
const tally = openTally()
await strikeCluster()
const shortcomings = tally.shortcomings({ hits: rounds < WHOLE ? 0 : 20, takenUpMs: TAKEN_UP_MS })
console.log([tally.print(), ...shortcomings].join('\n'))
if (shortcomings.length > 0) process.exitCode = 1
await strikeOwn(Math.ceil(rounds / 50))

async function strikeCluster(): Promise<void> {
  await using cluster = await openCluster()
  using _ = disposeWhenInterrupted(cluster, tally.print)
  await runRounds('proof:crash', { rounds, seed, together: WAVE }, (at, count) =>
    runWave(cluster, at, count, tally),
  )
}

async function strikeOwn(times: number): Promise<void> {
  await using portal = await openOwnPortal(20_000)
  using _ = disposeWhenInterrupted(portal)
  let round = 0
  await runRounds('proof:crash', { rounds: times, seed }, (at) =>
    strikeOwnPostgres(portal, random(at), ++round, at % 2 === 0),
  )
}
