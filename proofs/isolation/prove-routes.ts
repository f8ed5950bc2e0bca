import type { Client } from 'pg'
import { startSession } from '../../src/access/sessions.ts'
import type { Portal } from '../../src/portal.ts'
import { asIfAskedFor, withoutMoment, wordsOf } from './answer.ts'
import { type Answer, type Asker, openAsker } from './asker.ts'
import type { Caller } from './callers.ts'
import { foreignMarks, homeOf, sees } from './cast.ts'
import { noteDifference, noteForeign, type Tally } from './findings.ts'
import { type Letter, untwinned, wordsIn } from './marks.ts'
import { type Probe, reachOf } from './probes.ts'
import { readState, type State } from './state.ts'
import type { Organisation } from './things.ts'
import type { World } from './world.ts'

/** The portal that is asked: where it answers, and its database, as its owner and as the proof's own portal. */
export type Asked = { origin: string; client: Client; portal: Portal }

const AT_ONCE = 6

/**
 * Asked up to twice more where the answers differ, when nobody else of the session asks: one of them may have had what
 * another's brought about, such as the notice that a page shows once.
 */
const TRIES = 2

/** Sends every probe, and looks at all that comes back and at what is stored afterwards. */
export async function proveRoutes(
  asked: Asked,
  world: World,
  probes: readonly Probe[],
  tally: Tally,
): Promise<void> {
  for (const [caller, ofCaller] of Map.groupBy(probes, (probe) => probe.caller)) {
    const asker = await openAsker(asked.origin, caller)
    const nobodys: Nobodys = new Map()
    const foreign = foreignTo(caller, world)
    let before = await readState(asked.client, foreign)
    for (const together of batches(ofCaller)) {
      const [first] = together as [Probe, ...Probe[]]
      const { method, url } = first.route
      // As many attempts as the proof makes would be refused: it is no guesser.
      if (writes(first)) await asked.client.query('delete from attempt')
      const left = [...together]
      const differing: Probe[] = []
      const some = async () => {
        for (let probe = left.shift(); probe; probe = left.shift())
          if (!(await send(asker, world, probe, nobodys, tally))) differing.push(probe)
      }
      await Promise.all(Array.from({ length: AT_ONCE }, some))
      for (const probe of differing) await compareAlone(asker, world, probe, tally)
      if (url === '/sign-out') await signIn(asked, asker)
      if (writes(first))
        before = await compareState(asked.client, before, `${caller.name}: ${method} ${url}`, tally)
    }
    await compareState(asked.client, before, caller.name, tally)
  }
}

/** Probes of the same route that writes, and those in between that only read, may be sent at the same time. */
function batches(probes: readonly Probe[]): Probe[][] {
  const all: Probe[][] = []
  for (const probe of probes) {
    const last = all.at(-1)
    const before = last?.[0]
    const belongs = before && (before.route === probe.route || !(writes(before) || writes(probe)))
    if (last && belongs) last.push(probe)
    else all.push([probe])
  }
  return all
}

function writes({ route: { method } }: Probe): boolean {
  return method !== 'GET' && method !== 'HEAD'
}

/** Answers to who asked for what isn't there, by what was asked. */
type Nobodys = Map<string, Promise<Answer>>

/** @returns whether what isn't in sight is answered like what isn't there */
async function send(
  asker: Asker,
  { organisations }: World,
  probe: Probe,
  nobodys: Nobodys,
  tally: Tally,
): Promise<boolean> {
  const { caller } = asker
  const { route, place, identifier, isInSight } = probe
  const own = organisations[homeOf(caller)]
  const where = whereOf(probe)
  const ask = (value: string) => askOnce(asker, own, probe, value, tally)
  tally.probes++
  const sent = [identifier.value, decoded(identifier.value), JSON.stringify(place.ask('', own))].join(' ')
  if (place.isKept) for (const mark of wordsIn(identifier.value)) tally.given.add(mark)
  const answer = await ask(identifier.value)
  if (answer.status >= 500) tally.findings.push({ kind: 'fault', where, what: String(answer.status) })
  noteForeign(tally, where, foreignMarks(caller, wordsOf(answer), wordsIn(sent), tally.given))
  if (isInSight && answer.status < 400) tally.reached.add(reachOf({ route, place }))
  if (isInSight || place.varies) return true
  const asked = `${route.method} ${route.url} ${JSON.stringify(place.ask(identifier.twin, own))}`
  const known = nobodys.get(asked) ?? ask(identifier.twin)
  nobodys.set(asked, known)
  const [one, other] = comparable(probe, answer, await known)
  return one === other
}

async function compareAlone(
  asker: Asker,
  { organisations }: World,
  probe: Probe,
  tally: Tally,
): Promise<void> {
  const own = organisations[homeOf(asker.caller)]
  const ask = (value: string) => askOnce(asker, own, probe, value, tally)
  for (let tried = 1; ; tried++) {
    const answer = await ask(probe.identifier.value)
    const [one, other] = comparable(probe, answer, await ask(probe.identifier.twin))
    if (one === other) return
    if (tried === TRIES) return noteDifference(tally, whereOf(probe), one, other)
  }
}

function askOnce(
  asker: Asker,
  own: Organisation,
  { route, place }: Probe,
  value: string,
  tally: Tally,
): Promise<Answer> {
  tally.requests++
  return asker.ask(route, place.ask(value, own))
}

/** The words of both answers, as if both had been asked for the same. */
function comparable(
  { identifier }: Probe,
  answer: Answer,
  nobodys: Answer,
): [answer: string, nobodys: string] {
  return [untwinned(withoutMoment(answer)), asIfAskedFor(withoutMoment(nobodys), identifier)]
}

function whereOf(probe: Probe): string {
  return `${probe.caller.name}: ${reachOf(probe)} ${probe.identifier.value}`
}

// A place in a list is written in base64.
function decoded(value: string): string {
  return Buffer.from(value, 'base64url').toString()
}

/** The organisations that nobody gave them a role of. */
export function foreignTo(caller: Caller, { organisations }: World): number[] {
  const isTheirs = (letter: Letter) => sees(caller, letter, 'directory')
  return Object.values(organisations).flatMap(({ id, letter }) => (isTheirs(letter) ? [] : [id]))
}

/** @returns the state as it is now */
export async function compareState(
  client: Client,
  before: State,
  where: string,
  tally: Tally,
): Promise<State> {
  const after = await readState(client, [...before.keys()])
  for (const [organisation, rows] of before)
    if (after.get(organisation) !== rows)
      tally.findings.push({ kind: 'state', where, what: `something of ${organisation} was changed` })
  return after
}

/** Has them signed in, who may have signed out. */
export async function signIn({ client, portal }: Asked, asker: Asker): Promise<void> {
  const { email, but } = asker.caller
  if (but !== undefined) return
  const { rows } = await client.query('select id from administrator where email = $1', [email])
  await asker.useSession(await startSession(portal, rows[0].id))
}
