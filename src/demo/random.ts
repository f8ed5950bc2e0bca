/** Chance that comes out the same on every machine, so that the demo and its examples always match. */
export type Random = {
  /** From 0 to below 1. */
  next(): number
  /** True in so many of a hundred cases. */
  percent(of: number): boolean
  pick<T>(list: readonly T[]): T
  /** Picks by weight: twice the weight, twice as often. */
  weighted<T extends { weight: number }>(list: readonly T[]): T
  /** A whole number from `least` to `most`. */
  between(least: number, most: number): number
}

/** @param seed any whole number: the same one gives the same sequence (mulberry32) */
export function random(seed: number): Random {
  let state = seed
  const next = () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  return {
    next,
    percent: (of) => next() * 100 < of,
    pick: (list) => list[Math.floor(next() * list.length)] as never,
    between: (least, most) => least + Math.floor(next() * (most - least + 1)),
    weighted: (list) => {
      let left = next() * list.reduce((sum, one) => sum + one.weight, 0)
      for (const one of list) {
        left -= one.weight
        if (left < 0) return one
      }
      return list.at(-1) as never
    },
  }
}
