import type { Bell } from './bell.ts'
import { carryOut, type Means } from './carry-out.ts'
import type { JobName } from './jobs.ts'
import { type Claim, claimNext } from './store.ts'

/** The jobs of one kind and size, and how many of them a process does at a time. */
export type Lane = { name: JobName; priority: number; places: number; bell: Bell }

/** How often it is looked for jobs that no bell told of. */
const LOOK_MS = 1_000

/** Takes one job after the other, as places are free, until it is told to stop and the last has ended. */
export async function workIn(lane: Lane, means: Means): Promise<void> {
  const running = new Set<Promise<void>>()
  while (!means.stopping.aborted) {
    const hasPlace = running.size < lane.places && !means.room.isTaken()
    const job = hasPlace ? await take(lane, means) : undefined
    if (job === undefined) {
      await lane.bell.rung(LOOK_MS)
      continue
    }
    const done = carryOut(job, means).finally(() => {
      running.delete(done)
      lane.bell.ring() // a place is free
    })
    running.add(done)
  }
  await Promise.all(running)
}

// The database is asked again when it was away, and when two processes took jobs of one organisation at one moment, of
// which one is refused.
function take({ name, priority }: Lane, { db, log }: Means): Promise<Claim | undefined> {
  return claimNext(db, name, priority).catch((error: Error) => {
    log.debug({ job: name, reason: error.name }, 'could not look for a job')
    return undefined
  })
}
