import { BOUNDARIES, type Boundary } from './boundaries.ts'

export const FAULTS = ['killed', 'paused', 'PostgreSQL killed'] as const

/** What is done to a process at a boundary. `paused` is longer than its lease, and then it goes on. */
export type Fault = (typeof FAULTS)[number]

/**
 * Rounds that run side by side and are struck together, since a pause takes as long for one as for twenty. They begin at
 * multiples of this number: so a round's seed says what happens to it, alone or in its wave.
 */
export const WAVE = 20

/** One wave in so many isn't held anywhere, but struck at random times. */
const AT_RANDOM = 7

export type WavePlan = { fault: Fault; isAtRandom: boolean; boundaryOf(seed: number): Boundary }

/** What the rounds of a wave meet. Over the seeds each boundary comes as often as another, and with each fault. */
export function planWave(seed: number): WavePlan {
  const wave = Math.floor(seed / WAVE)
  const held = wave - Math.floor(wave / AT_RANDOM)
  return {
    fault: FAULTS[held % FAULTS.length] as Fault,
    isAtRandom: wave % AT_RANDOM === AT_RANDOM - 1,
    // 11 has no factor in common with the number of boundaries: neighbours are far from each other on the path.
    boundaryOf: (one) => BOUNDARIES[((held * WAVE + (one % WAVE)) * 11) % BOUNDARIES.length] as Boundary,
  }
}
