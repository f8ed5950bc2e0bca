import type { Times } from './browse.ts'

/** Both times of one visitor's pages, as lines of a table; milliseconds. */
export function pageLines(who: string, quiet: Times, busy: Times): string[] {
  return [...quiet.keys()].map((page) =>
    line([page, who, ...figures(quiet.get(page) ?? []), ...figures(busy.get(page) ?? [])]),
  )
}

/** All pages of all visitors together. */
export function totalLine(quiet: readonly Times[], busy: readonly Times[]): string {
  const all = (times: readonly Times[]) => times.flatMap((one) => [...one.values()].flat())
  return line(['**all**', '', ...figures(all(quiet)), ...figures(all(busy))])
}

export const HEADING = [
  '| page | who | quiet: p50 | p95 | most | busy: p50 | p95 | most |',
  '| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |',
]

/** The pages whose p95 is over a bound. */
export function pagesOver(bound: number, times: Times): string[] {
  return [...times].filter(([, taken]) => share(taken, 0.95) > bound).map(([page]) => page)
}

function figures(times: readonly number[]): string[] {
  return [share(times, 0.5), share(times, 0.95), Math.max(...times)].map((ms) => ms.toFixed(0))
}

/** The time within which such a share of them was. */
function share(times: readonly number[], part: number): number {
  const sorted = [...times].sort((one, other) => one - other)
  return sorted[Math.max(0, Math.ceil(sorted.length * part) - 1)] ?? Number.NaN
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`
}
