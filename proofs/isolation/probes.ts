import type { Random } from '../../src/demo/random.ts'
import { shuffled } from '../support/shuffle.ts'
import { API_PLACES } from './api-places.ts'
import type { Caller } from './callers.ts'
import { sees } from './cast.ts'
import type { Tally } from './findings.ts'
import { LETTERS } from './marks.ts'
import { PAGE_PLACES } from './page-places.ts'
import type { Place } from './place.ts'
import type { Route } from './routes.ts'
import { type Identifier, type Kind, MATTER } from './things.ts'
import type { World } from './world.ts'

/** One identifier at one place of one route, asked by one caller. */
export type Probe = {
  caller: Caller
  route: Route
  place: Place
  identifier: Identifier
  /** Whether it is of something that the caller may see. */
  isInSight: boolean
}

const PLACES: Record<string, readonly Place[]> = { ...PAGE_PLACES, ...API_PLACES }

// Asked without any identifier.
const NOWHERE: Place = { name: 'nowhere', kinds: [], ask: () => ({}) }

/**
 * The places of every route.
 * @throws Error naming the routes that the proof doesn't know, or knows though nobody serves them
 */
export function placesOf(routes: readonly Route[]): Map<Route, readonly Place[]> {
  const found = new Map(routes.map((route) => [route, PLACES[keyOf(route)]]))
  const unknown = [...found].flatMap(([{ method, url }, places]) => (places ? [] : [`${method} ${url}`]))
  const served = new Set(routes.map(keyOf))
  const gone = Object.keys(PLACES).filter((key) => !served.has(key))
  if (unknown.length + gone.length > 0)
    throw new Error(
      `proofs/isolation/page-places.ts and api-places.ts don't say where identifiers stand in: ${unknown.join(', ') || 'none'}. They name what nobody serves: ${gone.join(', ') || 'none'}.`,
    )
  return found as Map<Route, readonly Place[]>
}

// HEAD is answered by what answers GET.
function keyOf({ method, url }: Route): string {
  return `${method === 'HEAD' ? 'GET' : method} ${url.replace(/^\/assets\/.+/, '/assets/*')}`
}

/** Everybody at every place with every identifier that can stand there, in the order in which they are asked. */
export function allProbes({ callers, organisations }: World, routes: readonly Route[]): Probe[] {
  const places = [...placesOf(routes)].sort(([one], [other]) => turnOf(one) - turnOf(other))
  const things = (caller: Caller, route: Route, kind: Kind) =>
    LETTERS.flatMap((letter) => {
      const isInSight = sees(caller, letter, MATTER[kind])
      const all = organisations[letter].things[kind]
      // HEAD is GET without its body.
      return (route.method === 'HEAD' ? all.slice(0, 1) : all).map((identifier) => ({
        identifier,
        isInSight,
      }))
    })
  return callers.flatMap((caller) =>
    places.flatMap(([route, placesHere]) =>
      (placesHere.length > 0 ? placesHere : [NOWHERE]).flatMap((place): Probe[] => {
        const asked = place.kinds.flatMap((kind) => things(caller, route, kind))
        const others = asked.length > 0 ? asked : [{ identifier: { value: '', twin: '' }, isInSight: true }]
        return others.map((one) => ({ caller, route, place, ...one }))
      }),
    ),
  )
}

// An upload that is confirmed can't be decided on any more, nor confirmed once it is cancelled.
const LATE = ['/confirmation', '/cancellation', '/sign-out']

function turnOf({ url }: Route): number {
  return LATE.findIndex((end) => url.endsWith(end))
}

/**
 * Some of them, in their order.
 * @param isFull whether each place of each route is asked by everybody, and with all that is in sight of the first one
 *   who has something there, more than `most` if need be
 */
export function chosen(
  probes: readonly Probe[],
  { most, isFull }: { most: number; isFull: boolean },
  random: Random,
): Probe[] {
  const firstToSee = new Map<string, Caller>()
  for (const probe of probes)
    if (probe.isInSight && !firstToSee.has(reachOf(probe))) firstToSee.set(reachOf(probe), probe.caller)
  const met = new Set<string>()
  const isFirst = (probe: Probe) => {
    const { caller, isInSight } = probe
    const what = [caller.name, reachOf(probe), isInSight].join(' ')
    const isNew = !met.has(what)
    met.add(what)
    return isNew || (isInSight && caller === firstToSee.get(reachOf(probe)))
  }
  const all = shuffled(random, probes)
  const ordered = isFull ? Map.groupBy(all, isFirst) : new Map([[true, all]])
  const [first = [], others = []] = [ordered.get(true), ordered.get(false)]
  const picked = new Set([...first, ...others].slice(0, isFull ? Math.max(most, first.length) : most))
  return probes.filter((probe) => picked.has(probe))
}

/** Notes the places where nobody got anywhere with what is their own: the proof fills that request wrongly. */
export function noteUnreached(probes: readonly Probe[], tally: Tally): void {
  const tried = probes.filter(({ place, isInSight }) => isInSight && !place.leadsNowhere)
  const unreached = new Set(tried.map(reachOf).filter((where) => !tally.reached.has(where)))
  for (const where of unreached)
    tally.findings.push({
      kind: 'fault',
      where,
      what: 'nobody gets anywhere with an identifier of their own',
    })
}

/** What is reached where an identifier leads somewhere. */
export function reachOf({ route: { method, url }, place }: Pick<Probe, 'route' | 'place'>): string {
  return `${method} ${url}, ${place.name}`
}
