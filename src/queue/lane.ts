import type { Db } from 'pg-boss'
import type { Log } from '../log.ts'
import type { Bell } from './bell.ts'
import { HandedOver } from './handed-over.ts'
import type { JobName, Jobs } from './jobs.ts'
import { HEARTBEAT_SECONDS } from './migrate.ts'
import { beat, type Claim, claimNext, complete, giveBack } from './store.ts'

/**
 * A job as who does it sees it. `attempt` is 0 the first time. `signal` says that the job is another's now, or is to
 * become one: a long job looks at it and stops where it can be gone on with.
 */
export type Job<Name extends JobName = JobName> = {
  name: Name
  data: Jobs[Name]
  attempt: number
  signal: AbortSignal
}

/** Does a job. One that throws is done again: at once if it was handed over, else after a while. */
export type Work = (job: Job) => Promise<void>

/** The jobs of one kind and size, and how many of them a process does at a time. */
export type Lane = { name: JobName; priority: number; places: number; bell: Bell }

type Means = { db: Db; log: Log; work: Work; stopping: AbortSignal }

/** How often it is looked for jobs that no bell told of. */
const LOOK_MS = 1_000

/** Takes one job after the other, as places are free, until it is told to stop and the last has ended. */
export async function workIn(lane: Lane, means: Means): Promise<void> {
  const running = new Set<Promise<void>>()
  while (!means.stopping.aborted) {
    const job = running.size < lane.places ? await take(lane, means) : undefined
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

// A database that is away is asked again; of two who took jobs of one organisation at one moment, one is refused.
function take({ name, priority }: Lane, { db, log }: Means): Promise<Claim | undefined> {
  return claimNext(db, name, priority).catch((error: Error) => {
    log.debug({ job: name, reason: error.name }, 'could not look for a job')
    return undefined
  })
}

async function carryOut(claim: Claim, { db, log, work, stopping }: Means): Promise<void> {
  const lost = new AbortController()
  const heart = setInterval(async () => {
    const isOurs = await beat(db, claim).catch(() => true) // one that could not be asked says nothing
    if (!isOurs) lost.abort(new HandedOver('the job is another worker’s now'))
  }, HEARTBEAT_SECONDS * 500)
  const { name, data, attempt } = claim
  const settle = await work({ name, data, attempt, signal: AbortSignal.any([stopping, lost.signal]) }).then(
    () => () => complete(db, claim),
    (error) => () => giveBack(db, claim, error instanceof HandedOver ? 0 : waitAfter(attempt)),
  )
  clearInterval(heart)
  // What couldn't be noted is found by those who look for the silent: every handler may run twice.
  await settle().catch((error: Error) => log.debug({ job: name, reason: error.name }, 'could not end a job'))
}

const LONGEST_WAIT_SECONDS = 30

function waitAfter(attempt: number): number {
  return Math.min(2 ** attempt, LONGEST_WAIT_SECONDS)
}
