import { Failure } from './failure.ts'

/** `--new-local-id 1001=Z-7`, by the local ID that somebody has now. */
export function newLocalIdsIn(pairs: readonly string[]): Record<string, string> {
  const read = pairs.map((pair): [string, string] => {
    const at = pair.indexOf('=')
    return [pair.slice(0, Math.max(at, 0)), pair.slice(at + 1)]
  })
  if (read.some(([old, now]) => old === '' || now === ''))
    throw new Failure('Write a new local ID as OLD=NEW, such as 1001=Z-7.')
  return Object.fromEntries(read)
}
