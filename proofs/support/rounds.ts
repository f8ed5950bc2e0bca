import { parseArgs } from 'node:util'

/**
 * A proof's arguments: how many rounds, beginning with which seed, and how many of them at once. `together` is how many
 * one call runs as one.
 */
export type Rounds = { rounds: number; seed: number; atOnce?: number; together?: number }

/** @param preset the rounds of the full run */
export function readRounds(preset: { rounds: number }): Rounds {
  const { values } = parseArgs({ options: { rounds: { type: 'string' }, seed: { type: 'string' } } })
  const seed = Number(values.seed ?? Math.floor(Math.random() * 1_000_000) * 1_000)
  return { rounds: Number(values.rounds ?? preset.rounds), seed }
}

/**
 * Runs a proof's rounds, each with a seed of its own, and prints what they did. Goes on after a failing round.
 * @param name the npm script that repeats a round
 * @param round runs one, or so many with the seeds from this one on
 * @returns the seeds that failed, of those run together the first one's
 */
export async function runRounds(
  name: string,
  { rounds, seed, atOnce = 1, together = 1 }: Rounds,
  round: (seed: number, count: number) => Promise<Record<string, number>>,
): Promise<number[]> {
  const failed: number[] = []
  const tally: Record<string, number> = {}
  const started = performance.now()
  let begun = 0
  let ended = 0
  const some = async () => {
    while (begun < rounds) {
      const at = begun
      const count = Math.min(together, rounds - at)
      begun += count
      try {
        const done = await round(seed + at, count)
        for (const [what, count] of Object.entries(done)) tally[what] = (tally[what] ?? 0) + count
      } catch (error) {
        failed.push(seed + at)
        console.log(
          `\nround ${at + 1} FAILED. Repeat it: npm run ${name} -- --rounds ${count} --seed ${seed + at}`,
        )
        console.log(error instanceof Error && error.stack ? error.stack : error)
      }
      ended += count
      if (process.stdout.isTTY)
        process.stdout.write(`\r${ended} of ${rounds} rounds, ${failed.length} failed `)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, some))
  const seconds = Math.round((performance.now() - started) / 1000)
  console.log(`\n${name}: seed ${seed}, ${rounds} rounds, ${failed.length} failed, ${seconds} s`)
  for (const [what, count] of Object.entries(tally).sort())
    console.log(`  ${count.toLocaleString('en-GB')} ${what}`)
  if (failed.length > 0) process.exitCode = 1
  return failed
}
