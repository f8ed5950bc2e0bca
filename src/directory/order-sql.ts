import sql, { join, raw, type Sql } from 'sql-template-tag'
import { InvalidInput } from '../errors.ts'

export const ACCOUNT_SORTS = ['name', 'localId', 'updated'] as const

export type AccountSort = (typeof ACCOUNT_SORTS)[number]

type Key = { expression: string; type: 'text' | 'timestamptz' | 'bigint'; newestFirst?: true }

// By name as the index `account_name` has it: accents, apostrophes, hyphens and blanks don't count. The ID makes every order a total one.
const KEYS: Record<AccountSort, readonly Key[]> = {
  name: [
    { expression: 'a.name_key', type: 'text' },
    { expression: 'a.id', type: 'bigint' },
  ],
  localId: [
    { expression: 'a.local_id_key', type: 'text' },
    { expression: 'a.id', type: 'bigint' },
  ],
  updated: [
    { expression: 'a.updated_at', type: 'timestamptz', newestFirst: true },
    { expression: 'a.id', type: 'bigint', newestFirst: true },
  ],
}

/** What stands after `order by`; accounts without a value come last. */
export function orderBy(sort: AccountSort): Sql {
  return join(
    KEYS[sort].map(({ expression, newestFirst }) =>
      raw(`${expression}${newestFirst ? ' desc nulls last' : ''}`),
    ),
    ', ',
  )
}

/** The column that tells where in the order an account (`a`) stands, for `nextAfter`. */
export function placeInOrder(sort: AccountSort): Sql {
  return sql`array[${join(
    KEYS[sort].map(({ expression }) => raw(`(${expression})::text`)),
    ', ',
  )}]`
}

/** A page's last place as the opaque text that asks for the page after it. */
export function nextAfter(place: readonly (string | null)[]): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url')
}

/**
 * The condition that an account comes after that place.
 * @throws InvalidInput for a text that `nextAfter` didn't make for this order
 */
export function comesAfter(sort: AccountSort, next: string): Sql {
  const keys = KEYS[sort]
  const place = readPlace(keys, next)
  const alternatives = keys.map((key, at) => {
    const sameSoFar = keys.slice(0, at).map((earlier, index) => isSame(earlier, place[index] ?? null))
    return sql`(${join([...sameSoFar, isLater(key, place[at] ?? null)], ' and ')})`
  })
  return sql`(${join(alternatives, ' or ')})`
}

function isSame({ expression, type }: Key, value: string | null): Sql {
  if (value === null) return raw(`${expression} is null`)
  return sql`${raw(expression)} = ${value}::${raw(type)}`
}

function isLater({ expression, type, newestFirst }: Key, value: string | null): Sql {
  if (value === null) return raw('false')
  const later = sql`${raw(expression)} ${raw(newestFirst ? '<' : '>')} ${value}::${raw(type)}`
  return sql`(${later} or ${raw(expression)} is null)`
}

const FITS: Record<Key['type'], (value: string) => boolean> = {
  text: (value) => !value.includes('\0'),
  bigint: (value) => /^\d{1,15}$/.test(value),
  timestamptz: isTime,
}

// As PostgreSQL writes one; a day that the calendar doesn't have is none.
function isTime(value: string): boolean {
  const day = value.slice(0, 10)
  return TIME.test(value) && new Date(`${day}T00:00:00Z`).toISOString().startsWith(day)
}

const TIME =
  /^[1-9]\d{3}-\d\d-\d\d (?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,6})?[+-](?:0\d|1[0-5])(?::[0-5]\d)?$/

function readPlace(keys: readonly Key[], next: string): (string | null)[] {
  try {
    const place: unknown = JSON.parse(Buffer.from(next, 'base64url').toString())
    const fits =
      Array.isArray(place) &&
      place.length === keys.length &&
      keys.every(
        ({ type }, at) => place[at] === null || (typeof place[at] === 'string' && FITS[type](place[at])),
      )
    if (fits) return place
  } catch {}
  throw new InvalidInput('“after” is not the “next” of a page. Start again from the first page.', {
    field: 'after',
  })
}
