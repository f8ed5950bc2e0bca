import { setTimeout as sleep } from 'node:timers/promises'
import type { Db } from 'pg-boss'
import { isOutage } from '../database/sql-state.ts'
import type { Log } from '../log.ts'
import { type GivenUp, MOST_DEATHS } from './given-up.ts'
import { HandedOver } from './handed-over.ts'
import { type Heart, openHeart } from './heart.ts'
import { type JobName, type Jobs, QUEUES } from './jobs.ts'
import type { Room } from './room.ts'
import { type Claim, complete, forgetBeginning, giveBack, noteBeginning, noteError } from './store.ts'

/**
 * A job as who does it sees it. `signal` says that the job is another's now, or is to become one: a long job looks at it
 * and stops where it can be gone on with.
 */
export type Job<Name extends JobName = JobName> = {
  name: Name
  data: Jobs[Name]
  signal: AbortSignal
}

/** What is done for jobs. */
export type Work = {
  /** Does a job. One that throws is done again: at once if it was handed over, else after a while. */
  run(job: Job): Promise<void>
  /** Ends what a job is about, which isn't done again, and tells whoever waits for it. */
  giveUp(job: Omit<Job, 'signal'>, why: GivenUp): Promise<void>
}

export type Means = { db: Db; log: Log; work: Work; stopping: AbortSignal; room: Room }

/** Tells the queue how a job ended; may be done again where the database was away. */
type Ending = () => Promise<void>

/**
 * Does a job that was claimed, or gives it up when too many processes have died of it, and tells the queue. Every
 * beginning counts as a death until it has ended in order. Never throws.
 */
export async function carryOut(claim: Claim, means: Means): Promise<void> {
  const { db, room, stopping } = means
  // A process that was told to stop may end by a kill when it takes too long. No job is to blame for that.
  const forget = () => void forgetBeginning(db, claim).catch(() => {})
  stopping.addEventListener('abort', forget)
  const heart = openHeart(db, claim)
  const stay = await room.enter({ alone: claim.deaths === MOST_DEATHS - 1 })
  const signal = AbortSignal.any([stopping, heart.lost, ...(stay ? [stay.emptied] : [])])
  let ending: Ending = () => giveBack(db, claim, 0)
  if (claim.deaths >= MOST_DEATHS) ending = await giveUp(claim, 'died', means)
  else if (stay && !signal.aborted) ending = await begin(claim, { ...means, heart, signal })
  await untilNoted(ending, claim, means)
  stay?.leave()
  heart.stop()
  stopping.removeEventListener('abort', forget)
}

type Begun = Means & { heart: Heart; signal: AbortSignal }

async function begin(claim: Claim, begun: Begun): Promise<Ending> {
  const { db, log, work, signal } = begun
  const { name, data } = claim
  const level = QUEUES[name].recurs ? 'debug' : 'info'
  const about = aboutOf(claim)
  const started = performance.now()
  const ms = () => Math.round(performance.now() - started)
  try {
    if (!(await noteBeginning(db, claim))) throw new HandedOver('the job is another worker’s now')
    log[claim.deaths > 0 ? 'warn' : level](about, 'job begins')
    await work.run({ name, data, signal })
    log[level]({ ...about, ms: ms() }, 'job done')
    return () => complete(db, claim)
  } catch (error) {
    return afterError(error, claim, { ...begun, about: { ...about, ms: ms() } })
  }
}

/** Tells apart what is no fault of the job (another is to go on with it, the database was away) and what is. */
function afterError(
  error: unknown,
  claim: Claim,
  { about, ...begun }: Begun & { about: object },
): Ending | Promise<Ending> {
  const { db, log, heart, signal } = begun
  const later = waitAfter(claim.attempt)
  if ((heart.lost.aborted || isOutage(error)) && heart.wasStuck()) {
    log.error({ ...about, err: error }, 'job kept its process from everything else, and will be tried again')
    return () => giveBack(db, claim, later) // the beginning stays, as that of a process that died
  }
  if (signal.aborted || error instanceof HandedOver) {
    log.info(about, 'job handed over to another worker')
    return () => forgetBeginning(db, claim).then(() => giveBack(db, claim, 0))
  }
  const counts = !isOutage(error)
  if (counts && claim.errors + 1 >= QUEUES[claim.name].errors) {
    log.error({ ...about, err: error }, 'job failed')
    return giveUp(claim, 'failed', begun)
  }
  log.error({ ...about, err: error }, 'job failed, and will be tried again')
  const note = counts ? noteError : forgetBeginning
  return () => note(db, claim).then(() => giveBack(db, claim, later))
}

async function giveUp(claim: Claim, why: GivenUp, { db, log, work }: Means): Promise<Ending> {
  const about = { ...aboutOf(claim), why }
  try {
    await work.giveUp({ name: claim.name, data: claim.data }, why)
    log.error(about, 'job given up')
    return () => complete(db, claim)
  } catch (error) {
    log.error({ ...about, err: error }, 'job could not be given up, which will be tried again')
    return () => noteError(db, claim).then(() => giveBack(db, claim, waitAfter(claim.attempt)))
  }
}

function aboutOf({ name, id, data, attempt, deaths, errors }: Claim): object {
  return { job: name, id, ...data, attempt, deaths, errors }
}

const LONGEST_WAIT_SECONDS = 30

function waitAfter(attempt: number): number {
  return Math.min(2 ** attempt, LONGEST_WAIT_SECONDS)
}

const ASK_AGAIN_MS = 1_000

/**
 * Tells the queue how a job ended, also when the database is away meanwhile: nobody must take this process for dead. What
 * couldn't be noted at all is found by those who look for the silent: every handler may run twice.
 */
async function untilNoted(note: Ending, { name }: Claim, { log, stopping }: Means): Promise<void> {
  for (;;) {
    try {
      return await note()
    } catch (error) {
      log.debug({ job: name, reason: (error as Error).name }, 'could not end a job')
      if (stopping.aborted || !isOutage(error)) return
    }
    await sleep(ASK_AGAIN_MS, undefined, { signal: stopping }).catch(() => {})
  }
}
