import { InvalidArgumentError } from 'commander'

/** `--map "Heading=Field"`, each added to those before it: what the heading means, or null where nothing stands behind the =. */
export function readMap(
  text: string,
  before: Record<string, string | null> = {},
): Record<string, string | null> {
  const at = text.lastIndexOf('=')
  const [heading, field] = [text.slice(0, Math.max(at, 0)).trim(), text.slice(at + 1).trim()]
  if (heading === '')
    throw new InvalidArgumentError('Write it as "Heading=Field", or "Heading=" to ignore a column.')
  if (Object.hasOwn(before, heading))
    throw new InvalidArgumentError(`“${heading}” is said twice. Say it once.`)
  return { ...before, [heading]: field === '' ? null : field }
}
