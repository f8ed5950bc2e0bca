import { planAction } from '../../src/actions/plan.ts'
import { startAction, type WantedAction } from '../../src/actions/start.ts'
import { decide } from '../../src/changes/decide.ts'
import type { AccountSelection } from '../../src/directory/selection.ts'
import { chooseLocalIds } from '../../src/transfers/choose-local-ids.ts'
import { planTransfer as planTransferOf } from '../../src/transfers/plan-transfer.ts'
import { startTransfer } from '../../src/transfers/start.ts'
import { type RandomFile, randomFile } from '../contract/random-file.ts'
import { asWorkbookFile } from '../contract/workbook-file.ts'
import { SITES, UNITS } from '../support/fresh-portal.ts'
import { shuffled } from '../support/shuffle.ts'
import { check } from '../support/take-upload.ts'
import { ACTION_NAMES, planAction as actionRows, PLACE_FIELDS, planTransfer } from './expect-plan.ts'
import type { Plan, Row } from './plan.ts'
import { planOf } from './read-set.ts'
import { isUnlisted } from './state.ts'
import { type Organisation, otherOf, type Person, somebodyOf, type World } from './world.ts'

/** A plan that somebody has made, and nobody has confirmed. */
export type Started = {
  id: number
  home: Organisation
  by: Person
  /** As the model expects it; of a file, as it is shown. */
  plan: Plan
  /** What goes with somebody who moves, changed or not. */
  along: readonly string[]
  file?: RandomFile
}

/** Sends a random file about an organisation's people; undefined where it is refused. */
export async function startFile(world: World, home: Organisation): Promise<Started | undefined> {
  const { portal, client, chance, state, fileKind } = world
  const by = somebodyOf(world, home)
  const known = [...state].flatMap(([id, account]) =>
    account.values.organisation === home.code && !isUnlisted(account)
      ? [{ id, localId: account.values.localId as string | null, values: account.values }]
      : [],
  )
  const table = randomFile(chance, known, home.code)
  const file = fileKind === 'csv' ? table : await asWorkbookFile(table, fileKind)
  const sender = { portal, actor: by.actor, code: home.code, filename: `people.${fileKind}` }
  const { upload, rows } = await check(sender, file.bytes, file.mode)
  world.count(`files sent as ${fileKind}`)
  if (upload.status !== 'checked') {
    world.count(`files rejected: ${upload.reason?.code}`)
    return undefined
  }
  const possible = rows.flatMap(({ row, action }) => (action === 'possible-duplicate' ? [row] : []))
  const chosen = new Set(possible.filter(() => chance.percent(60)))
  if (chosen.size > 0) {
    const decisions = [...chosen].map((row) => ({ row, decision: 'create' as const }))
    await decide(portal, by.actor, upload.id, { rows: decisions })
  }
  const shown = await planOf(client, upload.id)
  const created = (row: Row) => (chosen.has(row.row) ? { ...row, action: 'create' } : row)
  const plan: Plan = { kind: 'upload', homes: [home.code], rows: shown.map(created) }
  return { id: upload.id, home, by, plan, along: [], file }
}

/** Does one thing with some accounts: those that are named by number or local ID, or whoever matches a filter. */
export async function startBulkAction(world: World, home: Organisation): Promise<Started> {
  const { portal, client, chance, state } = world
  const action = chance.pick([...ACTION_NAMES, 'disable', 'leaver', 'set', 'set']) as WantedAction['action']
  const isHelpdesks = (action === 'disable' || action === 'enable') && home === world.organisations[0]
  const by =
    action === 'delete'
      ? world.global
      : isHelpdesks && chance.percent(50)
        ? world.helpdesk
        : somebodyOf(world, home)
  const setting = chance.pick([
    { field: 'jobTitle', value: chance.pick(['Matron', 'Porter', null]) },
    { field: 'hideMobile', value: chance.percent(50) },
    { field: 'site', value: chance.pick(SITES) },
  ])
  const deed = { action, ...(action === 'set' ? setting : {}) }
  const { accounts, named } = select(world, home)
  const id = await startAction(portal, by.actor, { organisation: { id: home.id }, accounts, ...deed })
  await planAction(portal, { data: { changeSetId: id, organisationId: home.id } }) // where it wasn't at once
  let rows = actionRows(state, home.code, named, deed)
  if ('filter' in accounts) rows = inOrderOf(await planOf(client, id), rows)
  return { id, home, by, plan: { kind: 'action', homes: [home.code], rows }, along: [] }
}

/** Transfers some people to the other organisation, or to another site or unit. */
export async function startBulkTransfer(world: World, home: Organisation): Promise<Started> {
  const { portal, client, chance, state } = world
  const to = chance.percent(75) ? otherOf(world, home) : home
  const by = somebodyOf(world, home)
  const isOwn = by.codes.includes(to.code)
  const place = (of: readonly string[], must: boolean) =>
    isOwn && (must || chance.percent(50)) ? chance.pick(of) : null
  const places = { site: place(SITES, to === home), organisationalUnit: place(UNITS, false) }
  const { accounts, named } = select(world, home)
  const typed = new Map<number, string>()
  const going = { ...places, from: home.code, to: to.code, typed }
  const id = await startTransfer(portal, by.actor, {
    ...{ from: { id: home.id }, to: to.code, accounts },
    ...{ site: places.site ?? '', organisationalUnit: places.organisationalUnit ?? '' },
  })
  await planTransferOf(portal, { data: { changeSetId: id, organisationId: home.id } })
  const plan = () => {
    const rows = planTransfer(state, named, going)
    return planOf(client, id).then((shown) => ('filter' in accounts ? inOrderOf(shown, rows) : rows))
  }
  let rows = await plan()
  if (to !== home && chance.percent(30)) {
    for (const { id: account } of rows)
      if (account !== null && chance.percent(30)) typed.set(account, localIdFor(world, to))
    await chooseLocalIds(portal, by.actor, id, typed)
    rows = await plan()
  }
  const homes = to === home ? [home.code] : [home.code, to.code]
  return { id, home, by, plan: { kind: 'transfer', homes, rows }, along: PLACE_FIELDS }
}

/** A local ID that is new, or one that somebody has there. */
function localIdFor({ chance, state }: World, { code }: Organisation): string {
  const there = [...state.values()].flatMap(({ values }) =>
    values.organisation === code && values.localId !== null ? [values.localId as string] : [],
  )
  return there.length > 0 && chance.percent(30) ? chance.pick(there) : `New ${chance.between(1, 40)}`
}

type Selected = { accounts: AccountSelection; named: (number | null)[] }

/** Some of an organisation's accounts, and some that aren't there. */
function select({ chance, state }: World, { code }: Organisation): Selected {
  const listed = [...state].filter(
    ([, account]) => account.values.organisation === code && !isUnlisted(account),
  )
  if (chance.percent(20)) {
    const all = listed.flatMap(([id, { values }]) => (values.status === 'Deleted' ? [] : [id]))
    if (all.length > 0) return { accounts: { filter: {} }, named: all }
  }
  const some = shuffled(chance, listed).slice(0, chance.between(1, 8))
  if (chance.percent(30)) {
    const known = some.filter(([, { values }]) => values.localId !== null)
    const localIds = [...known.map(([, { values }]) => values.localId as string), 'nobody has this']
    return { accounts: { localIds }, named: [...known.map(([id]) => id), null] }
  }
  // Somebody else's, or nobody's: which of both isn't told.
  const elsewhere = [...state].find(([, { values }]) => values.organisation !== code)?.[0] ?? 999_999_999
  const stranger = chance.percent(20) || some.length === 0 ? [elsewhere] : []
  return {
    accounts: { ids: [...some.map(([id]) => id), ...stranger] },
    named: [...some.map(([id]) => id), ...stranger.map(() => null)],
  }
}

/** A filter's rows stand in an order of names that the model leaves to the portal. */
function inOrderOf(shown: readonly Row[], rows: readonly Row[]): Row[] {
  const places = new Map(shown.map(({ id, row }) => [id, row]))
  return rows
    .map((each) => ({ ...each, row: places.get(each.id) ?? 0 }))
    .sort((one, other) => one.row - other.row)
}
