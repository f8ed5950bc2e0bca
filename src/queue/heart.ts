import type { Db } from 'pg-boss'
import { HandedOver } from './handed-over.ts'
import { HEARTBEAT_SECONDS } from './migrate.ts'
import { beat, type Claim } from './store.ts'

/** The signs of life of a job that is being done. */
export type Heart = {
  /** Says that the job is another worker's by now. */
  lost: AbortSignal
  /** Whether this process was silent for as long as it takes to lose a job, through its own work. */
  wasStuck(): boolean
  stop(): void
}

export function openHeart(db: Db, claim: Claim): Heart {
  const lost = new AbortController()
  const silence = watchSilence()
  const beating = setInterval(async () => {
    silence.look()
    const isOurs = await beat(db, claim).catch(() => true) // one that could not be asked says nothing
    if (!isOurs) lost.abort(new HandedOver('the job is another worker’s now'))
  }, HEARTBEAT_SECONDS * 500)
  return {
    lost: lost.signal,
    wasStuck: () => silence.look(),
    stop: () => clearInterval(beating),
  }
}

/** Measures between one look and the next. `look` tells whether the process has been stuck since it was opened. */
function watchSilence(): { look(): boolean } {
  let at = performance.now()
  let cpu = process.cpuUsage()
  let wasStuck = false
  return {
    look: () => {
      const { user, system } = process.cpuUsage(cpu)
      const silentMs = performance.now() - at
      wasStuck ||= isStuck(silentMs, (user + system) / 1_000)
      at = performance.now()
      cpu = process.cpuUsage()
      return wasStuck
    },
  }
}

/**
 * Whether a process that didn't come to look for so long was kept by its own work: by itself, that took longer than the
 * lease. One that was paused, or whose machine was or had too much to do, has used less of the processor: nothing that it
 * did is to blame.
 */
export function isStuck(silentMs: number, processorMs: number): boolean {
  return Math.min(silentMs, processorMs) > HEARTBEAT_SECONDS * 1_000
}
