import { setTimeout as sleep } from 'node:timers/promises'
import type { Random } from '../../src/demo/random.ts'
import type { MusterProcess } from '../support/muster-process.ts'
import type { Cluster } from './cluster.ts'
import type { Fault } from './plan-wave.ts'

/** A fault that was done. Times are in milliseconds since 1970. */
export type Strike = {
  fault: Fault
  process: string
  at: number
  /** When the process, or PostgreSQL, did its work again. */
  over: number
}

/** The lease of a check and of an apply is 10 s (src/database/open.ts): a pause is longer. */
const PAUSE_MS = { least: 11_000, most: 14_000 }

/**
 * Strikes one process, and starts or resumes it.
 * @param meanwhile what is done while it is dead or paused, such as letting go whoever waits on its behalf
 */
export async function strikeProcess(
  process: MusterProcess,
  fault: 'killed' | 'paused',
  chance: Random,
  meanwhile: () => Promise<void> = async () => {},
): Promise<Strike> {
  const at = Date.now()
  const strike = { fault, process: process.name, at }
  if (fault === 'killed') {
    await process.kill()
    await meanwhile()
    await process.start()
  } else {
    process.pause()
    await meanwhile()
    await sleep(chance.between(PAUSE_MS.least, PAUSE_MS.most))
    process.resume()
  }
  return { ...strike, over: Date.now() }
}

export async function strikePostgres({ postgres }: Cluster, chance: Random): Promise<Strike> {
  const at = Date.now()
  await postgres.kill()
  await sleep(chance.between(0, 1_500))
  await postgres.start()
  return { fault: 'PostgreSQL killed', process: 'PostgreSQL', at, over: Date.now() }
}
