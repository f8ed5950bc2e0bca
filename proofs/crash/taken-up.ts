import { setTimeout as sleep } from 'node:timers/promises'
import type { LogLine, MusterProcess } from '../support/muster-process.ts'
import type { Strike } from './strike.ts'

/** A job that a worker had when it was struck. */
export type StruckJob = { job: string; strike: Strike }

/** What a worker was doing when it was struck, by the logs: begun, by nobody begun since, and not ended. */
export function jobsAt(workers: readonly MusterProcess[], strike: Strike): StruckJob[] {
  const doer = new Map<string, string>()
  const lines = workers
    .flatMap(({ name, log }) => log().map((line) => ({ ...line, name, time: Date.parse(line.time) })))
    .filter(({ time }) => time <= strike.at)
    .sort((one, other) => one.time - other.time)
  for (const line of lines) {
    const job = jobOf(line)
    if (job === undefined) continue
    if (line.msg === BEGINS) doer.set(job, line.name)
    else if (doer.get(job) === line.name) doer.delete(job)
  }
  const isStruck = (name: string) => strike.fault === 'PostgreSQL killed' || name === strike.process
  return [...doer].flatMap(([job, name]) => (isStruck(name) ? [{ job, strike }] : []))
}

/** How soon somebody went on with a job. */
export type TakenUp = StruckJob & { milliseconds: number }

/**
 * Waits until each of the jobs was begun again, by whomever, and measures how long that took: from a kill or a pause,
 * and where it was PostgreSQL that was killed, from when it was there again. Time in which nobody could go on, since
 * PostgreSQL was struck in its turn or both workers were struck at once, isn't counted.
 */
export async function untilTakenUp(
  jobs: readonly StruckJob[],
  workers: readonly MusterProcess[],
  strikes: readonly Strike[],
): Promise<TakenUp[]> {
  return Promise.all(
    jobs.map(async ({ job, strike }) => {
      const from = strike.fault === 'PostgreSQL killed' ? strike.over : strike.at
      const to = await begunAgain(job, strike.at, workers)
      return { job, strike, milliseconds: Math.max(0, to - from - awayBetween(from, to, strikes)) }
    }),
  )
}

/** For how long, between two moments, there was no PostgreSQL or no worker. */
function awayBetween(from: number, to: number, strikes: readonly Strike[]): number {
  const spans = strikes.flatMap((one) => {
    if (one.fault === 'PostgreSQL killed') return [one]
    return strikes
      .filter((other) => other.process > one.process && isWorker(one) && isWorker(other))
      .map((other) => ({ at: Math.max(one.at, other.at), over: Math.min(one.over, other.over) }))
  })
  let away = 0
  let counted = from
  for (const { at, over } of spans.sort((one, other) => one.at - other.at)) {
    const end = Math.min(over, to)
    away += Math.max(0, end - Math.max(at, counted))
    counted = Math.max(counted, end)
  }
  return away
}

function isWorker({ process }: Strike): boolean {
  return process.startsWith('worker')
}

const BEGINS = 'job begins'
const PATIENCE_MS = 60_000

async function begunAgain(job: string, after: number, workers: readonly MusterProcess[]): Promise<number> {
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end; await sleep(100)) {
    const times = workers
      .flatMap((worker) => worker.log())
      // Where PostgreSQL was killed the worker lives, and may even end what it had begun.
      .filter((line) => jobOf(line) === job && (line.msg === BEGINS || line.msg === 'job done'))
      .map((line) => Date.parse(line.time))
      .filter((time) => time > after)
    if (times.length > 0) return Math.min(...times)
  }
  throw new Error(`${job} was never taken up again`)
}

/** `check-upload 12`; undefined for a line about anything else, or about a job that stands for no upload. */
function jobOf({
  job,
  uploadId,
  changeSetId,
  msg,
}: Pick<LogLine, 'job' | 'msg'> & Record<string, unknown>): string | undefined {
  const id = uploadId ?? changeSetId
  return job === undefined || id === undefined || !msg?.startsWith('job ') ? undefined : `${job} ${id}`
}
