import sql, { type Sql } from 'sql-template-tag'
import { type Actor, asActor } from '../access/actor.ts'
import { inScope } from '../access/scope-sql.ts'
import { mapYielding } from '../flow/yielding.ts'
import type { Portal } from '../portal.ts'
import { foldName } from './compare-names.ts'
import { editDistance } from './edit-distance.ts'
import { areFormsOfOneName } from './first-names.ts'

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
  const nearest = await mapYielding(names, (name) => ({ ...name, ...nearness(words, name) }))
  const ordered = nearest
    .filter(({ distance }) => distance < Number.POSITIVE_INFINITY)
    .sort((one, other) => one.distance - other.distance || other.people - one.people)
  return [...new Set(ordered.map(({ spelling }) => spelling))].slice(0, limit)
}

const MOST_WORDS = 3

function namesIn(organisation: Sql): Sql {
  return sql`select first_name as "firstName", last_name as "lastName", count(*) as people from account
    where ${organisation} and status not in ('Deleted', 'Withdrawn') and name_key is not null
    group by first_name, last_name limit ${MOST_NAMES}`
}

/** How many letters the words are away from the name in all; where one is near neither part of it, infinitely many. */
function nearness(
  words: readonly string[],
  { firstName, lastName }: Name,
): { distance: number; spelling: string } {
  const parts = [lastName, firstName].flatMap((name) =>
    name === null ? [] : [name, ...name.split(/[\s-]+/u)],
  )
  let distance = 0
  let nearest = ''
  for (const word of words) {
    let least = Number.POSITIVE_INFINITY
    for (const part of parts) {
      const away = distanceTo(word, foldName(part))
      if (away < least) [least, nearest] = [away, part]
    }
    distance += least
  }
  const whole = [firstName, lastName].filter((name) => name !== null).join(' ')
  return { distance, spelling: words.length === 1 ? nearest : whole }
}

function distanceTo(word: string, name: string): number {
  if (name.includes(word)) return 0
  if (areFormsOfOneName(word, name)) return 1
  const most = word.length < SHORT ? 1 : 2
  if (Math.abs(word.length - name.length) > most) return Number.POSITIVE_INFINITY
  const away = editDistance(word, name)
  return away <= most ? away : Number.POSITIVE_INFINITY
}

const SHORT = 5
