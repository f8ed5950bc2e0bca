import { BOUNDARIES } from './boundaries.ts'
import { FAULTS, type Fault } from './plan-wave.ts'
import type { TakenUp } from './taken-up.ts'

const AT_RANDOM = 'at a random time'

/** Which faults were met where, and how soon the work went on. */
export type Tally = {
  hit(boundary: string | undefined, fault: Fault): void
  takenUp(jobs: readonly TakenUp[]): void
  mailed(milliseconds: readonly number[]): void
  /** What the whole run falls short of, in words: of the hits of each boundary, and of the time. */
  shortcomings(wanted: { hits: number; takenUpMs: number }): string[]
  print(): string
}

export function openTally(): Tally {
  const hits = new Map<string, number>()
  const takenUp: TakenUp[] = []
  const mailed: number[] = []
  const at = (boundary: string, fault: string) => hits.get(`${boundary}|${fault}`) ?? 0
  const sum = (boundary: string) => FAULTS.reduce((all, fault) => all + at(boundary, fault), 0)
  return {
    hit: (boundary = AT_RANDOM, fault) => {
      hits.set(`${boundary}|${fault}`, at(boundary, fault) + 1)
    },
    takenUp: (jobs) => takenUp.push(...jobs),
    mailed: (milliseconds) => mailed.push(...milliseconds),
    shortcomings: (wanted) => [
      ...BOUNDARIES.flatMap(({ name }) =>
        sum(name) < wanted.hits ? [`${sum(name)} hits of ${wanted.hits} where ${name}`] : [],
      ),
      ...takenUp.flatMap(({ job, strike, milliseconds }) =>
        milliseconds > wanted.takenUpMs
          ? [`${job} was taken up again only after ${milliseconds} ms: ${strike.process} ${strike.fault}`]
          : [],
      ),
    ],
    print: () =>
      [
        row('struck where', ...FAULTS, 'all'),
        ...[...BOUNDARIES.map(({ name }) => name), AT_RANDOM]
          .filter((name) => sum(name) > 0) // a slice doesn't get everywhere
          .map((name) => row(name, ...FAULTS.map((fault) => String(at(name, fault))), String(sum(name)))),
        `jobs of a struck worker taken up again: ${spread(takenUp.map(({ milliseconds }) => milliseconds))}`,
        `messages sent, from when they were written or the last strike: ${spread(mailed)}`,
      ].join('\n'),
  }
}

function row(name: string, ...cells: string[]): string {
  return `${name.padEnd(52)}${cells.map((cell) => cell.padStart(19)).join('')}`
}

function spread(milliseconds: number[]): string {
  if (milliseconds.length === 0) return 'none'
  const sorted = [...milliseconds].sort((one, other) => one - other)
  const seconds = (at: number) => ((sorted[at] as number) / 1_000).toFixed(1)
  return `${sorted.length}, after ${seconds(Math.floor(sorted.length / 2))} s in the middle, ${seconds(sorted.length - 1)} s at most`
}
