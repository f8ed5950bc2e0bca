/** What one file cost: of the process, of everybody else, of the network, of the disk. */
export type Measured = {
  /** The most memory of the process that is web and worker, in megabytes. */
  memoryMb: number
  /** The longest time without an answer of /livez, in milliseconds. */
  silenceMs: number
  /** Bytes of the largest answer, over those that the file counts. */
  answerTimes: number
  /** Bytes by which tables and indexes grew, over those that the file counts. */
  growthTimes: number
}

/** What no file may cost more than. */
export const MOST: Measured = { memoryMb: 700, silenceMs: 1_000, answerTimes: 6, growthTimes: 7 }

const WORDS: Record<keyof Measured, string> = {
  memoryMb: 'MB of memory',
  silenceMs: 'ms of silence of /livez',
  answerTimes: 'times its size as the largest answer',
  growthTimes: 'times its size more in the database',
}

/** A file's size as its limits count it: however short a row is, its plan and its result are rows of their own. */
export function sizeAsCounted(bytes: Buffer): number {
  let rows = 1
  for (let at = 0; at < bytes.length; at++)
    if (bytes[at] === 10 || (bytes[at] === 13 && bytes[at + 1] !== 10)) rows++
  return bytes.length + 250 * rows
}

/** What of it is too much, in words. */
export function excess(measured: Measured, most: Measured): string[] {
  return names()
    .filter((name) => measured[name] > most[name])
    .map((name) => `${shown(measured[name])} ${WORDS[name]}, of ${most[name]} allowed`)
}

/** The most that files of each shape have cost. */
export type Costs = { note(shape: string, measured: Measured): void; text(): string }

export function openCosts(): Costs {
  const most = new Map<string, Measured>()
  return {
    note: (shape, measured) => {
      const sofar = most.get(shape) ?? measured
      const both = names().map((name) => [name, Math.max(sofar[name], measured[name])])
      most.set(shape, Object.fromEntries(both) as Measured)
    },
    text: () => {
      const lines = [...most].map(([shape, measured]) => line(shape, measured))
      const all = names().map((name) => [name, Math.max(0, ...[...most.values()].map((one) => one[name]))])
      return [
        'the most that a file of each shape has cost:',
        ...lines.sort(),
        line('all of them', Object.fromEntries(all) as Measured),
        line('allowed', MOST),
      ].join('\n')
    },
  }
}

function line(shape: string, measured: Measured): string {
  return `  ${shape}: ${names()
    .map((name) => `${shown(measured[name])} ${WORDS[name]}`)
    .join(', ')}`
}

function names(): (keyof Measured)[] {
  return Object.keys(MOST) as (keyof Measured)[]
}

function shown(value: number): string {
  return value < 10 ? value.toFixed(1) : Math.round(value).toLocaleString('en-GB')
}
