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

type Name = { firstName: string | null; lastName: string | null; people: number }

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
  const names = await asActor(portal, actor, 'read-accounts', (tx, scope) =>
    tx.rows<Name>(namesIn(inScope(scope, 'organisation_id', organisationId))),
  )
  const near = words.map(distanceFrom)
  const nearest = await mapYielding(names, (name) => ({ ...name, ...nearness(near, name) }))
  const ordered = nearest
    .filter(({ distance }) => distance < Number.POSITIVE_INFINITY)
    .sort((one, other) => one.distance - other.distance || other.people - one.people)
  return [...new Set(ordered.map(({ spelling }) => spelling))].slice(0, limit)
}

const MOST_WORDS = 3

function namesIn(organisation: Sql): Sql {
  return sql`select first_name as "firstName", last_name as "lastName", count(*) as people from account
    where ${organisation} and status <> 'Deleted' and ${isListed('account')} and name_key is not null
    group by first_name, last_name limit ${MOST_NAMES}`
}

type Nearest = { distance: number; part: string }

/** How many letters the words are away from the name in all; where one is near neither part of it, infinitely many. */
function nearness(
  near: readonly ((name: string | null) => Nearest)[],
  { firstName, lastName }: Name,
): { distance: number; spelling: string } {
  const found = near.map((distanceTo) => {
    const [last, first] = [distanceTo(lastName), distanceTo(firstName)]
    return first.distance < last.distance ? first : last
  })
  const whole = [firstName, lastName].filter((name) => name !== null).join(' ')
  return {
    distance: found.reduce((sum, { distance }) => sum + distance, 0),
    spelling: found.length === 1 ? (found[0]?.part ?? '') : whole,
  }
}

/** How far names are from a word, each worked out once: as a whole, or the nearest part of a double one. */
function distanceFrom(word: string): (name: string | null) => Nearest {
  const known = new Map<string | null, Nearest>([[null, { distance: Number.POSITIVE_INFINITY, part: '' }]])
  return (name) => {
    let nearest = known.get(name)
    if (nearest === undefined) {
      const parts = new Set([name ?? '', ...(name ?? '').split(/[\s-]+/u)])
      const distances = [...parts].map((part) => ({ part, distance: distanceTo(word, foldName(part)) }))
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
