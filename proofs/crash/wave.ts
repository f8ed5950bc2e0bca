import type { Random } from '../../src/demo/random.ts'
import type { Cluster } from './cluster.ts'
import type { Round } from './round.ts'
import type { Strike } from './strike.ts'
import { jobsAt, type StruckJob } from './taken-up.ts'
import type { Tally } from './tally.ts'

/** Rounds under way, side by side. */
export type Wave = {
  cluster: Cluster
  chance: Random
  tally: Tally
  rounds: Round[]
  strikes: Strike[]
  /** What the struck workers had to do. */
  struckJobs: StruckJob[]
}

/** To be called as soon as a strike is over. */
export function noteStrike(wave: Wave, strike: Strike): void {
  wave.strikes.push(strike)
  wave.struckJobs.push(...jobsAt(wave.cluster.workers, strike))
}
