import type { Random } from '../../src/demo/random.ts'

/** The same things in another order. */
export function shuffled<T>(random: Random, things: readonly T[]): T[] {
  const left = [...things]
  for (let at = left.length - 1; at > 0; at--) {
    const other = random.between(0, at)
    const [one, two] = [left[at] as T, left[other] as T]
    left[at] = two
    left[other] = one
  }
  return left
}
