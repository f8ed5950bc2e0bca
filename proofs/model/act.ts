import { addAddress, choosePrimaryAddress, removeAddress } from '../../src/edits/addresses.ts'
import { editAccount } from '../../src/edits/edit-account.ts'
import { takeSteps } from '../../src/lifecycle/take-steps.ts'
import { joinLeaver } from '../../src/transfers/join.ts'
import { SITES, UNITS } from '../support/fresh-portal.ts'
import { allRows } from '../support/take-upload.ts'
import { applySome } from './apply-some.ts'
import { expectApply } from './expect-apply.ts'
import { PLACE_FIELDS, planEdit, planStep, STEP_NAMES } from './expect-plan.ts'
import type { Applied } from './expect-undo.ts'
import { type Plan, writes } from './plan.ts'
import { planDifferences, planOf } from './read-set.ts'
import { settle } from './settle.ts'
import { type Started, startBulkAction, startBulkTransfer, startFile } from './start-act.ts'
import { differences, hasLeft, isUnlisted, type State } from './state.ts'
import { type Organisation, otherOf, somebodyOf, type World } from './world.ts'

/** An act that was applied. */
export type Done = Applied & Pick<Started, 'id' | 'home' | 'file' | 'plan'> & { isForGood?: true }

export const ACTS = ['file', 'action', 'transfer', 'edit', 'join', 'step'] as const

export type Act = (typeof ACTS)[number]

/** What may happen to an act on its way: others, between its plan and its apply; and that it stops half-way. */
type OnItsWay = { meanwhile?: () => Promise<unknown>; isStopped?: boolean }

const PORTAL_ITSELF = 0

/**
 * Does something at random, by the portal's own doors, and compares its plan, what it asks of others, what it wrote and
 * what it says of each row with what the model expects.
 * @returns what was done, where it was applied
 * @throws Error with everything that differs
 */
export function doSomething(world: World, act: Act, onItsWay: OnItsWay = {}): Promise<Done | undefined> {
  const home = world.chance.pick(world.organisations)
  if (act === 'edit') return edit(world, home)
  if (act === 'join') return join(world, home)
  if (act === 'step') return takeStep(world, home)
  return plannedAct(world, home, act, onItsWay)
}

const STARTS = { file: startFile, action: startBulkAction, transfer: startBulkTransfer }

async function plannedAct(
  world: World,
  home: Organisation,
  act: keyof typeof STARTS,
  { meanwhile, isStopped = false }: OnItsWay,
): Promise<Done | undefined> {
  const started = await STARTS[act](world, home)
  if (!started) return undefined
  const { id, by, plan } = started
  if (act !== 'file')
    refuse(`the plan of ${act} ${id}`, planDifferences(await planOf(world.client, id), plan.rows))
  const planned = world.state
  await meanwhile?.()
  const found = world.state
  const writing = plan.rows.filter(writes)
  const leftOut = await settle(world, {
    ...{ id, home, by, planned, homes: plan.homes },
    ...(plan.kind === 'transfer' ? { transfer: plan } : {}),
    writes: writing.map(({ row }) => row),
    touches: writing.flatMap(({ row, action }) => (action === 'create' ? [] : [row])),
  })
  if (leftOut === null) {
    refuse(`${act} ${id}, to which nobody agreed`, differences(await world.read(), found))
    return undefined
  }
  const { upTo, end } = await applySome(world, { id, home, by }, isStopped)
  const applied = { found, by: by.actor.administratorId, upTo, leftOut }
  world.count(`${act}s${end === 'completed' ? '' : `, ${end} half-way`}`)
  return compare(world, started, applied)
}

/** Compares what an act has come to with what the model expects, and what it says of each row. */
async function compare(
  world: World,
  started: Omit<Started, 'by'>,
  applying: Parameters<typeof expectApply>[1],
): Promise<Done | undefined> {
  const { id, plan, home } = started
  const { found } = applying
  const come = expectApply(plan, applying)
  const state = await world.read()
  await allowOtherNumbers(world, plan, come.state)
  const told = new Map(
    (await allRows({ portal: world.portal, actor: world.global.actor }, id)).map((row) => [
      row.row,
      row.result,
    ]),
  )
  const outcomes = [...come.outcomes].filter(([row, outcome]) => told.get(row) !== outcome)
  refuse(`${plan.kind} ${id}`, [
    ...differences(state, come.state),
    ...outcomes.map(([row, outcome]) => `row ${row} is ${told.get(row)}, not ${outcome}`),
  ])
  const rows = new Map(
    plan.rows.flatMap(({ row, id: account }) =>
      ['updated', 'created', 'removed'].includes(told.get(row) ?? '')
        ? [[row, account as number] as const]
        : [],
    ),
  )
  for (const result of told.values()) world.count(`rows ${result}`)
  return { ...started, home, before: found, after: state, rows, homes: plan.homes }
}

/** A new account whose proposed address was somebody's by then, or another organisation's, has the next number. */
async function allowOtherNumbers({ client, state }: World, { rows }: Plan, expected: State): Promise<void> {
  const created = rows.filter(({ action, id }) => action === 'create' && expected.has(id as number))
  const proposed = created.map(({ after }) => after.emailAddress)
  const held = await client.query<{ address: string; id: number }>(
    'select address, account_id::integer as id from address where address = any($1)',
    [proposed],
  )
  for (const { id, after } of created) {
    const [given, wanted] = [state.get(id as number)?.values.emailAddress, after.emailAddress]
    const isHeld = held.rows.some((one) => one.address === wanted && one.id !== id)
    const account = expected.get(id as number)
    if (account && isHeld && unnumbered(given) === unnumbered(wanted)) account.values.emailAddress = given
  }
}

function unnumbered(address: unknown): string {
  return String(address).replace(/\d+@/, '@')
}

/** One account, by its page: fields, or its addresses. */
async function edit(world: World, home: Organisation): Promise<Done | undefined> {
  const { portal, chance, state } = world
  const there = [...state].filter(
    ([, one]) => one.values.organisation === home.code && !isUnlisted(one) && !hasLeft(one),
  )
  if (there.length === 0) return undefined
  const [account, { values }] = chance.pick(there)
  const { actor } = somebodyOf(world, home)
  const [first, others] = [values.emailAddress as string, (values.aliases as string[] | null) ?? []]
  const lists = (addresses: string[]) => (addresses.length > 0 ? addresses.toSorted() : null)
  const another = `other${account}.${chance.between(1, 1_000_000)}@${portal.config.mailDomain}`
  const chosen = chance.pick([another, ...others])
  const edits = [
    {
      does: () => addAddress(portal, actor, account, another),
      wanted: { aliases: lists([...others, another]) },
    },
    {
      does: () => choosePrimaryAddress(portal, actor, account, chosen),
      wanted: { emailAddress: chosen, aliases: lists([...others.filter((one) => one !== chosen), first]) },
    },
    ...others.map((alias) => ({
      does: () => removeAddress(portal, actor, account, alias),
      wanted: { aliases: lists(others.filter((one) => one !== alias)) },
    })),
    ...[
      { jobTitle: chance.pick(['Clerk', 'Matron', null]), hideMobile: chance.percent(50) },
      { site: chance.pick(SITES) },
    ].map((wanted) => ({ does: () => editAccount(portal, actor, account, { values: wanted }), wanted })),
  ]
  const { does, wanted } = chance.pick(edits)
  const { changeSet } = await does()
  const rows = planEdit(state, new Map([[account, wanted]]))
  const plan: Plan = { kind: 'edit', homes: [home.code], rows }
  world.count('edits')
  if (changeSet === null) {
    refuse('an edit that changed nothing', differences(await world.read(), state))
    return undefined
  }
  const started = { id: changeSet, home, plan, along: [] }
  return compare(world, started, { found: state, by: actor.administratorId })
}

/** A leaver of one organisation is taken on by the other one. */
async function join(world: World, home: Organisation): Promise<Done | undefined> {
  const { portal, chance, state } = world
  const to = otherOf(world, home)
  const leavers = [...state].filter(
    ([, { values }]) =>
      values.organisation === home.code && values.status === 'Leaver' && values.localId !== null,
  )
  if (leavers.length === 0) return undefined
  const [account, { values }] = chance.pick(leavers)
  const { actor } = somebodyOf(world, to)
  const localId = `Joined ${account} ${chance.between(1, 1_000_000)}`
  const places = { site: chance.pick(SITES), organisationalUnit: chance.pick(UNITS) }
  const leaver = { emailAddress: values.emailAddress as string, formerLocalId: values.localId as string }
  const { changeSet } = await joinLeaver(portal, actor, { ...leaver, ...places, to: to.code, localId })
  const wanted = { status: 'Active', organisation: to.code, localId, ...places }
  const rows = planEdit(state, new Map([[account, wanted]]))
  const plan: Plan = { kind: 'edit', homes: [home.code, to.code], rows }
  world.count('joins')
  const started = { id: changeSet, home, plan, along: [...PLACE_FIELDS, 'status'] }
  return compare(world, started, { found: state, by: actor.administratorId })
}

/** The days of some leavers and deleted accounts are over, and the portal does what they bring. */
async function takeStep(world: World, home: Organisation): Promise<Done | undefined> {
  const { portal, client, chance, state } = world
  const held = [...state].filter(([, one]) => one.values.organisation === home.code && hasLeft(one))
  const due = held.filter(() => chance.percent(50)).map(([id]) => id)
  const used = await client.query('select from change_set where organisation_id = $1 and step is not null', [
    home.id,
  ])
  if (due.length === 0 || used.rowCount !== 0) return undefined
  await client.query(`update account set status_changed_at = now() - interval '31 days' where id = any($1)`, [
    due,
  ])
  const found = await world.read()
  await takeSteps(portal)
  const done: (Done | undefined)[] = []
  for (const step of STEP_NAMES) {
    const before = world.state
    const rows = planStep(found, home.code, step, new Date())
    const made = await client.query<{ id: number }>(
      'select id::integer from change_set where organisation_id = $1 and step = $2',
      [home.id, step],
    )
    if (made.rows.length !== (rows.length > 0 ? 1 : 0))
      throw new Error(`${made.rows.length} sets for a daily step`)
    const [set] = made.rows
    if (!set) continue
    const plan: Plan = { kind: 'lifecycle', homes: [home.code], rows }
    refuse(`the plan of daily step ${set.id}`, planDifferences(await planOf(client, set.id), rows))
    await takeSteps(portal) // once a day, however often it runs
    await applySome(world, { id: set.id, home, by: world.global }, false)
    world.count(`daily steps, ${step}`)
    const started = { id: set.id, home, plan, along: [] }
    const one = await compare(world, started, { found: before, by: PORTAL_ITSELF })
    done.push(one && step === 'remove' ? { ...one, isForGood: true } : one)
  }
  return chance.pick(done.filter((one) => one !== undefined))
}

export function refuse(what: string, faults: readonly string[]): void {
  if (faults.length > 0) throw new Error([what, ...faults].join('\n'))
}
