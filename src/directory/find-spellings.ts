import sql, { type Sql } from 'sql-template-tag'
import { type Actor, asActor } from '../access/actor.ts'
import { inScope } from '../access/scope-sql.ts'
import { mapYielding } from '../flow/yielding.ts'
import type { Portal } from '../portal.ts'
import { foldName } from './compare-names.ts'
import { editDistance } from './edit-distance.ts'
import { areFormsOfOneName } from './first-names.ts'
import { isListed } from './listed-sql.ts'

/** No more names than these are looked through. */
const MOST_NAMES = 50_000

type Name = [firstName: string | null, lastName: string | null, people: number]

/**
 * What somebody who was searched for in vain may be called instead, nearest first: names of people of the organisation that
 * are spelled nearly so, or are another form of the first name.
 */
export async function findSpellings(
  portal: Portal,
  actor: Actor,
  { organisationId, search, limit }: { organisationId: number; search: string; limit: number },
): Promise<string[]> {
  const words = search.split(/[\s,;]+/u).map(foldName)
  if (words.length > MOST_WORDS || words.some((word) => !/^\p{L}{3,}$/u.test(word))) return []
  const found = await asActor(portal, actor, 'read-accounts', (tx, scope) =>
    tx.row<{ names: Name[] }>(namesIn(inScope(scope, 'organisation_id', organisationId))),
  )
  const near = words.map(distanceFrom)
  const nearest = await mapYielding(found?.names ?? [], (name) => nearness(near, name))
  const ordered = nearest
    .filter((one) => one !== undefined)
    .sort((one, other) => one.distance - other.distance || other.people - one.people)
  return [...new Set(ordered.map(({ spelling }) => spelling))].slice(0, limit)
}

const MOST_WORDS = 3

// As one JSON value: tens of thousands of rows take longer to read one by one.
function namesIn(organisation: Sql): Sql {
  return sql`select coalesce(json_agg(json_build_array(first_name, last_name, people)), '[]') as names from (
    select first_name, last_name, count(*) as people from account
    where ${organisation} and status <> 'Deleted' and ${isListed('account')} and name_key is not null
    group by first_name, last_name limit ${MOST_NAMES}) named`
}

type Nearest = { distance: number; part: string }

/** How many letters the words are away from the name in all; undefined where one is near neither part of it. */
function nearness(
  near: readonly ((name: string | null) => Nearest)[],
  [firstName, lastName, people]: Name,
): { distance: number; spelling: string; people: number } | undefined {
  let distance = 0
  let spelling = ''
  for (const distanceTo of near) {
    const last = distanceTo(lastName)
    const first = distanceTo(firstName)
    const nearer = first.distance < last.distance ? first : last
    if (nearer.distance === Number.POSITIVE_INFINITY) return undefined
    distance += nearer.distance
    spelling = nearer.part
  }
  if (near.length > 1) spelling = [firstName, lastName].filter((name) => name !== null).join(' ')
  return { distance, spelling, people }
}

/** How far names are from a word, each worked out once: as a whole, or the nearest part of a double one. */
function distanceFrom(word: string): (name: string | null) => Nearest {
  const known = new Map<string | null, Nearest>([[null, { distance: Number.POSITIVE_INFINITY, part: '' }]])
  return (name) => {
    let nearest = known.get(name)
    if (nearest === undefined) {
      const parts = [name ?? '', ...(name?.split(/[\s-]+/u) ?? [])]
      if (parts.length === 2) parts.pop() // the whole again
      const distances = parts.map((part) => ({ part, distance: distanceTo(word, foldName(part)) }))
      nearest = distances.reduce((one, other) => (other.distance < one.distance ? other : one))
      known.set(name, nearest)
    }
    return nearest
  }
}

function distanceTo(word: string, name: string): number {
  const most = word.length < SHORT ? 1 : 2
  if (name.includes(word)) return 0
  if (areFormsOfOneName(word, name)) return 1
  if (Math.abs(word.length - name.length) > most) return Number.POSITIVE_INFINITY
  const away = editDistance(word, name)
  return away <= most ? away : Number.POSITIVE_INFINITY
}

const SHORT = 5
