import sql, { join, raw, type Sql } from 'sql-template-tag'
import { InvalidInput } from '../errors.ts'

export const ACCOUNT_SORTS = [
  'name',
  'localId',
  'jobTitle',
  'department',
  'unit',
  'site',
  'status',
  'updated',
] as const

export type AccountSort = (typeof ACCOUNT_SORTS)[number]

export const DIRECTIONS = ['ascending', 'descending'] as const

export type Direction = (typeof DIRECTIONS)[number]

type Key = { expression: string; type: 'text' | 'timestamptz' | 'bigint'; descending?: boolean }

/** In what order accounts stand. */
export type Order = readonly Key[]

const NAME: Key = { expression: 'a.name_key', type: 'text' }
const ID: Key = { expression: 'a.id', type: 'bigint' }

// By name as the index `account_name` has it, and texts likewise: case, accents, apostrophes and hyphens don't count. There
// is no index of a column that files change often: each update of an account would have to write to it.
const SORTED_BY: Record<AccountSort, Key> = {
  name: NAME,
  localId: { expression: 'a.local_id_key', type: 'text' },
  jobTitle: { expression: 'fold_text(a.job_title) collate "C"', type: 'text' },
  department: { expression: 'fold_text(a.department) collate "C"', type: 'text' },
  unit: { expression: 'fold_text(a.organisational_unit) collate "C"', type: 'text' },
  site: { expression: 'fold_text(a.site) collate "C"', type: 'text' },
  status: { expression: 'a.status', type: 'text' },
  updated: { expression: 'a.updated_at', type: 'timestamptz' },
}

/** Which way an order goes when nothing is said: the newest first, all others upwards. */
export function usualDirection(sort: AccountSort): Direction {
  return sort === 'updated' ? 'descending' : 'ascending'
}

/** The order that is asked for: those who are the same in it by name, and the ID makes it a total one. */
export function orderOf({
  sort = 'name',
  direction = usualDirection(sort),
}: {
  sort?: AccountSort
  direction?: Direction
}): Order {
  const descending = direction === 'descending'
  const first = { ...SORTED_BY[sort], descending }
  const isUnique = sort === 'name' || sort === 'localId' || sort === 'updated'
  return isUnique ? [first, { ...ID, descending }] : [first, NAME, ID]
}

/** What stands after `order by`; accounts without a value come last. */
export function orderBy(order: Order): Sql {
  return join(
    order.map(({ expression, descending }) => raw(`${expression}${descending ? ' desc nulls last' : ''}`)),
    ', ',
  )
}

/** The column that tells where in the order an account (`a`) stands, for `nextAfter`. */
export function placeInOrder(order: Order): Sql {
  return sql`array[${join(
    order.map(({ expression }) => raw(`(${expression})::text`)),
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
export function comesAfter(keys: Order, next: string): Sql {
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

function isLater({ expression, type, descending }: Key, value: string | null): Sql {
  if (value === null) return raw('false')
  const later = sql`${raw(expression)} ${raw(descending ? '<' : '>')} ${value}::${raw(type)}`
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

function readPlace(keys: Order, next: string): (string | null)[] {
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
