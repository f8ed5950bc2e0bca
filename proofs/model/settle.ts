import { agree, decline, withdraw } from '../../src/changes/agree.ts'
import { applyChangeSet } from '../../src/changes/apply/apply.ts'
import { confirmChangeSet } from '../../src/changes/confirm.ts'
import { expireAgreements } from '../../src/changes/expire-agreements.ts'
import { Conflict, Forbidden, NotFound } from '../../src/errors.ts'
import { accept } from '../../src/transfers/accept.ts'
import { SITES, UNITS } from '../support/fresh-portal.ts'
import { type Plan, writes } from './plan.ts'
import { setNow } from './read-set.ts'
import { applyWithout } from './rights.ts'
import type { State } from './state.ts'
import { type Organisation, organisationOf, type Person, type World } from './world.ts'

/** A plan that is to be confirmed: which rows would write something, and how the directory was when it was made. */
export type Confirming = {
  id: number
  home: Organisation
  homes: readonly string[]
  by: Person
  writes: readonly number[]
  /** Those of them that are about accounts which are there already. */
  touches: readonly number[]
  planned: State
  /** The plan of a transfer, in which whoever takes the people may say where they go. */
  transfer?: Plan
}

/** The rows that the other side doesn't accept; null where nothing of the plan is to be applied. */
export type Settled = ReadonlySet<number> | null

/**
 * Confirms a plan, and answers where it has to be agreed to: yes, in part, no, or not in time; or whoever asked takes that back
 * and asks again; or the plan becomes another one, or who confirmed it or agreed loses their rights before it is applied.
 * @throws Error where another agreement is asked for than the model says, or somebody may answer who may not
 */
export async function settle(world: World, confirming: Confirming): Promise<Settled> {
  const { portal, client, chance } = world
  const { id, by } = confirming
  const needs = needsOf(world, confirming)
  await confirmAndExpect(world, confirming, needs)
  if (needs.length === 0 && chance.percent(95)) return new Set()
  if (needs.length === 0) {
    world.count('plans that nobody has to agree to, whose confirmer loses rights')
    await applyWithout(world, confirming, by.actor.administratorId)
    return ended(world, id, 'failed', 'rights-withdrawn')
  }
  const asked = needs.map(({ code }) => code)
  await refuseOthers(world, confirming, asked)
  const isAcross = needs.some((need) => need.for === 'other-side')
  const answers = ['agree', 'agree', 'agree', 'decline', 'withdraw', 'expire', 'change', ...LOSSES] as const
  const answer = chance.pick([...answers, ...(isAcross ? (['part', 'part'] as const) : [])])
  world.count(`agreements: ${answer}`)
  if (answer === 'withdraw') {
    await withdraw(portal, by.actor, id)
    await confirmAndExpect(world, confirming, needs)
  }
  if (answer === 'decline') {
    await decline(portal, otherThan(world, by, chance.pick(asked)).actor, id, 'Not these.')
    return ended(world, id, 'cancelled', 'declined')
  }
  if (answer === 'expire') {
    await client.query(`update change_set set expires_at = now() - interval '1 minute' where id = $1`, [id])
    await expireAgreements(portal)
    return ended(world, id, 'expired', null)
  }
  const leftOut = new Set(answer === 'part' ? confirming.writes.filter(() => chance.percent(40)) : [])
  const isPart = leftOut.size > 0 && leftOut.size < confirming.writes.length
  for (const need of needs.toSorted(
    (one, other) => Number(one.for === 'risk') - Number(other.for === 'risk'),
  )) {
    const part = isPart && need.for === 'other-side' ? { leaveOut: [...leftOut], reason: 'Not these.' } : {}
    if (await isAgreed(world, id, need)) continue
    const places = need.for === 'other-side' && confirming.transfer ? somePlaces(world) : undefined
    await accept(portal, otherThan(world, by, need.code).actor, id, { ...part, ...places })
    if (places && confirming.transfer) placeIn(confirming.transfer, places, isPart ? leftOut : new Set())
  }
  if ((await setNow(client, id)).status !== 'queued')
    throw new Error(`set ${id} isn't queued, and all have agreed`)
  if (answer === 'change') {
    await client.query(
      `update change set before = coalesce(before, '{}') || '{"title": "changed"}'
       where change_set_id = $1 and row_number = $2`,
      [id, confirming.writes[0]],
    )
    await applyChangeSet(portal, { data: { changeSetId: id, organisationId: confirming.home.id } })
    return ended(world, id, 'failed', 'plan-changed')
  }
  if (answer === 'the confirmer loses rights') {
    await applyWithout(world, confirming, by.actor.administratorId)
    return ended(world, id, 'failed', 'rights-withdrawn')
  }
  if (answer === 'the agreer loses rights') {
    const agreed = (await setNow(client, id)).needs.flatMap(({ agreedBy }) => agreedBy ?? [])
    await applyWithout(world, confirming, chance.pick(agreed))
    return ended(world, id, 'failed', 'agreement-withdrawn')
  }
  return isPart ? leftOut : new Set()
}

type Places = { site: string; organisationalUnit: string }

function somePlaces(world: World): Places | undefined {
  const { chance } = world
  if (chance.percent(40)) return undefined
  world.count('agreements in which it is said where people go')
  return { site: chance.pick(SITES), organisationalUnit: chance.percent(50) ? chance.pick(UNITS) : '' }
}

/** Of those who come, the rows say where they go; nothing else of the plan is another one. */
function placeIn({ rows }: Plan, places: Places, leftOut: ReadonlySet<number>): void {
  for (const row of rows.filter((one) => writes(one) && !leftOut.has(one.row)))
    for (const field of ['site', 'organisationalUnit'] as const) {
      delete row.after[field]
      const then = places[field] || null
      if (row.before[field] !== then) row.after[field] = then
    }
}

/** Between the last yes and the apply: nothing is applied then. */
const LOSSES = ['the confirmer loses rights', 'the agreer loses rights'] as const

type Need = { for: 'risk' | 'other-side'; code: string }

/** Whose yes a plan needs: of its own organisation where it changes too many accounts, of the other one where that is another's. */
function needsOf(world: World, { home, homes, by, touches, planned }: Confirming): Need[] {
  const { limit } = home
  const accounts = [...planned.values()].filter(
    ({ values }) =>
      values.organisation === home.code &&
      !['Deleted', 'Withdrawn', 'Removed'].includes(values.status as string),
  ).length
  const isRisky =
    limit !== null && touches.length > Math.max(limit.count, Math.floor((accounts * limit.share) / 100))
  const others = by === world.helpdesk ? [] : homes.filter((code) => !by.codes.includes(code))
  return [
    ...(isRisky ? [{ for: 'risk' as const, code: home.code }] : []),
    ...others.map((code) => ({ for: 'other-side' as const, code })),
  ]
}

async function confirmAndExpect(world: World, { id, by }: Confirming, needs: readonly Need[]): Promise<void> {
  await confirmChangeSet(world.portal, by.actor, id)
  const { status, needs: asked } = await setNow(world.client, id)
  const told = asked.map(({ for: why, organisationId }) => `${why} ${organisationId}`)
  const wanted = needs.map(({ for: why, code }) => `${why} ${organisationOf(world, code).id}`)
  if (status !== (needs.length > 0 ? 'awaiting-agreement' : 'queued') || told.join() !== wanted.join())
    throw new Error(`set ${id} is ${status} and asks for “${told}”, not “${wanted}”`)
}

async function isAgreed(world: World, id: number, { for: why, code }: Need): Promise<boolean> {
  const { id: organisation } = organisationOf(world, code)
  const { needs } = await setNow(world.client, id)
  return needs.some(
    (one) => one.for === why && one.organisationId === organisation && one.agreedBy !== undefined,
  )
}

/** Whoever confirmed it can't agree, nor can who has no rights there, nor to a plan that is another one by now. */
async function refuseOthers(
  { portal, people, helpdesk }: World,
  { id, by }: Confirming,
  asked: readonly string[],
): Promise<void> {
  const strangers = people.filter(({ codes }) => !codes.some((code) => asked.includes(code)))
  for (const { actor } of [by, helpdesk, ...strangers])
    await expectRefusal(id, [Forbidden, NotFound], () => agree(portal, actor, id))
  const may = people.find((one) => one !== by && one.codes.some((code) => asked.includes(code)))
  if (may)
    await expectRefusal(id, [Conflict], () => agree(portal, may.actor, id, { planHash: 'another one' }))
}

async function expectRefusal(
  id: number,
  errors: readonly (typeof Forbidden | typeof NotFound | typeof Conflict)[],
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (errors.some((kind) => error instanceof kind)) return
    throw error
  }
  throw new Error(`somebody agreed to set ${id} who may not`)
}

function otherThan({ people, chance }: World, by: Person, code: string): Person {
  return chance.pick(people.filter((one) => one !== by && one.codes.includes(code)))
}

async function ended({ client }: World, id: number, status: string, reason: string | null): Promise<null> {
  const now = await setNow(client, id)
  if (now.status !== status || now.reason !== reason)
    throw new Error(`set ${id} is ${now.status} (${now.reason}), not ${status} (${reason})`)
  return null
}
