import { setTimeout as sleep } from 'node:timers/promises'
import { random } from '../../src/demo/random.ts'
import { checkRound } from './check-round.ts'
import type { Cluster } from './cluster.ts'
import { FAULTS, planWave } from './plan-wave.ts'
import { openRound } from './round.ts'
import { strikePostgres, strikeProcess } from './strike.ts'
import { strikeHeld } from './strike-held.ts'
import { untilTakenUp } from './taken-up.ts'
import type { Tally } from './tally.ts'
import { untilSettled } from './until-settled.ts'
import { noteStrike, type Wave } from './wave.ts'

/**
 * Plays rounds side by side, strikes them where the plan says so, and checks each when all is quiet again.
 * @param seed of the first round
 * @throws Error that says which rounds didn't end as they should, and how
 */
export async function runWave(
  cluster: Cluster,
  seed: number,
  count: number,
  tally: Tally,
): Promise<Record<string, number>> {
  const plan = planWave(seed)
  const seeds = Array.from({ length: count }, (_, at) => seed + at)
  const rounds = await Promise.all(
    seeds.map((one) => openRound(cluster, one, plan.isAtRandom ? undefined : plan.boundaryOf(one))),
  )
  const wave: Wave = { cluster, chance: random(seed), tally, rounds, strikes: [], struckJobs: [] }
  const playing = plan.isAtRandom ? await strikeAtRandom(wave) : await strikeHeld(wave, plan.fault)
  const faults = (await Promise.allSettled(playing)).flatMap((played, at) =>
    played.status === 'rejected' ? [`${rounds[at]?.code}: ${played.reason}`] : [],
  )
  if (faults.length > 0) throw new Error(faults.join('\n'))
  await untilSettled(cluster, rounds)
  tally.takenUp(await untilTakenUp(wave.struckJobs, cluster.workers, wave.strikes))
  return { ...(await checkRounds(wave)), strikes: wave.strikes.length }
}

/** Strikes one after the other, while one round after the other begins. */
async function strikeAtRandom(wave: Wave): Promise<Promise<void>[]> {
  const { cluster, chance, rounds } = wave
  let start = 0
  const playing = rounds.map((round) => {
    start += chance.between(0, 3_000)
    return sleep(start).then(round.play)
  })
  for (const played of playing) played.catch(() => {}) // whoever waits for it looks at how it ended
  const processes = [...cluster.webs, ...cluster.workers, ...cluster.workers]
  for (let left = Math.ceil(rounds.length / 2); left > 0; left--) {
    await sleep(chance.between(0, 1_500))
    const fault = chance.pick(FAULTS)
    const strike =
      fault === 'PostgreSQL killed'
        ? await strikePostgres(cluster, chance)
        : await strikeProcess(chance.pick(processes), fault, chance)
    noteStrike(wave, strike)
    wave.tally.hit(undefined, fault)
  }
  return playing
}

async function checkRounds({ cluster, rounds, strikes, tally }: Wave): Promise<Record<string, number>> {
  const counts: Record<string, number> = {}
  const faults: string[] = []
  for (const round of rounds) {
    const checked = await checkRound(cluster, round, strikes)
    faults.push(...checked.faults.map((fault) => `${round.code}: ${fault}`))
    tally.mailed(checked.mailedAfter)
    for (const [what, count] of Object.entries(checked.counts)) counts[what] = (counts[what] ?? 0) + count
  }
  cluster.mail.accepted.length = 0
  if (faults.length > 0) throw new Error(faults.join('\n'))
  return counts
}
