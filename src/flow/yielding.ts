import { setImmediate as turn } from 'node:timers/promises'

const MOST_MS = 2

/**
 * Makes what a loop asks after each of its steps: whether it has had two milliseconds, and then to wait for a turn of
 * everybody else. While a thousand rows are worked on in one go, or one of a megabyte, no answer of PostgreSQL's is taken
 * and no question goes out, so it stands still, and so do requests to this process.
 */
export function yielder(): () => Promise<void> | undefined {
  let since = performance.now()
  return () => {
    if (performance.now() - since < MOST_MS) return undefined
    return turn().then(() => {
      since = performance.now()
    })
  }
}

/** `map`, with a turn for everybody else whenever it is due. */
export async function mapYielding<T, Result>(
  items: readonly T[],
  map: (item: T, at: number) => Result,
): Promise<Result[]> {
  const breath = yielder()
  const results: Result[] = []
  for (let at = 0; at < items.length; at++) {
    results.push(map(items[at] as T, at))
    const pause = breath()
    if (pause) await pause
  }
  return results
}
