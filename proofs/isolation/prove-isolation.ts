import { count, type Finding, type Tally } from './findings.ts'
import type { Lines } from './lines.ts'
import { type Amount, runWith } from './run.ts'
import { makeWorld } from './world.ts'

/** Each line is to hold alone; without either, so much is to be found that the proof is known to see. */
const RUNS: [lines: Lines, words: string][] = [
  [{ scope: true, policies: true }, 'with both lines'],
  [{ scope: false, policies: true }, 'without the queries’ scope'],
  [{ scope: true, policies: false }, 'without row-level security'],
  [{ scope: false, policies: false }, 'without either'],
]

/** Findings that are printed of each run. */
const SHOWN = 20

/**
 * Makes the world and proves it four times.
 * @param databaseUrl of a migrated database with nothing in it
 * @param amount.found how many foreign answers and differences the run without either line has to find
 * @returns what is wrong, a line each
 */
export async function proveIsolation(
  databaseUrl: string,
  { found, ...amount }: Amount & { found: number },
): Promise<string[]> {
  const world = { ...(await makeWorld(databaseUrl)), databaseUrl }
  const wrong: string[] = []
  for (const [lines, words] of RUNS) {
    const started = performance.now()
    const holds = lines.scope || lines.policies
    const tally = await runWith(lines, world, holds ? amountOf(amount, lines) : lessOf(amount))
    const seconds = Math.round((performance.now() - started) / 1_000)
    console.log(`${words}, ${seconds} s\n${print(tally)}`)
    const faults = holds ? tally.findings.map(inWords) : blindness(tally, found)
    for (const line of faults.slice(0, SHOWN)) console.log(`  ${line}`)
    wrong.push(...faults.map((line) => `${words}: ${line}`))
  }
  return wrong
}

// Of a slice, files are sent once.
function amountOf(amount: Amount, { scope, policies }: Lines): Amount {
  return amount.isFull || (scope && policies) ? amount : { ...amount, pairsOfFiles: 0 }
}

// Enough to see that it sees.
function lessOf({ seed, probes }: Amount): Amount {
  return { seed, probes: Math.ceil(probes / 3), pairsOfFiles: 0, isFull: false }
}

function inWords({ kind, where, what }: Finding): string {
  return `${kind}, ${where}: ${what}`
}

function blindness(tally: Tally, atLeast: number): string[] {
  const found = count(tally, 'foreign bytes') + count(tally, 'difference')
  return found < atLeast
    ? [`${found} foreign answers and differences were found, of at least ${atLeast}`]
    : []
}

function print(tally: Tally): string {
  const number = (counted: number) => counted.toLocaleString('en-GB')
  return [
    `  ${number(tally.probes)} probes in ${number(tally.requests)} requests; ${number(tally.cells)} cells in ${number(tally.files)} files; ${number(tally.messages)} messages`,
    `  ${number(tally.foreignBytes)} foreign bytes in ${number(count(tally, 'foreign bytes'))} answers, ${number(count(tally, 'difference'))} differences, ${number(count(tally, 'state'))} foreign rows changed, ${number(count(tally, 'fault'))} faults`,
  ].join('\n')
}
