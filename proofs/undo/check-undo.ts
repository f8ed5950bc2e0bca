import type { Client } from 'pg'
import { findChangeSet } from '../../src/changes/find-change-sets.ts'
import type { Selection } from '../../src/changes/history/store-undo.ts'
import { planUndo, undoChangeSet } from '../../src/changes/history/undo.ts'
import { Conflict } from '../../src/errors.ts'
import type { Portal } from '../../src/portal.ts'
import { ACTS, type Done, doSomething, refuse } from '../model/act.ts'
import { applySome } from '../model/apply-some.ts'
import { type Expected, expectUndo, isWithdrawn } from '../model/expect-undo.ts'
import { settle } from '../model/settle.ts'
import { differences, type State } from '../model/state.ts'
import { openWorld, organisationOf, type Person, somebodyOf, type Tally, type World } from '../model/world.ts'
import { allRows } from '../support/take-upload.ts'

/**
 * One round: random directories of two organisations, something done with them, perhaps stopped half-way; then what others
 * do meanwhile; then the undo of it, or of a part of it, and the undo of that. After each undo the directory is compared with
 * what a model of its own says, and where nobody did anything meanwhile with what it was.
 * @param client reads the tables past the portal's own code
 * @throws Error with everything that differs
 */
export async function checkUndo(portal: Portal, client: Client, seed: number): Promise<Tally> {
  const world = await openWorld(portal, client, { seed, prefix: 'U', most: 20 })
  const { chance, tally } = world
  const first = await doFirst(world)
  if (!first) return { 'rounds in which nothing was written': 1 }
  if (first.isForGood) {
    await expectForGood(world, first)
    return tally
  }
  const isAlone = chance.percent(40)
  if (!isAlone) await meanwhile(world, [first], chance.between(1, 3))
  const undo = await takeBack(world, first, { isAlone, isWhole: isAlone || chance.percent(60) })
  if (isAlone && undo) expectSame(world, 'an undo', first.before, undo)
  if (!undo) return tally
  if (!isAlone && chance.percent(50)) await meanwhile(world, [first, undo], chance.between(1, 2))
  const again = await takeBack(world, undo, { isAlone, isWhole: isAlone || chance.percent(70) })
  if (isAlone && again) expectSame(world, 'the undo of an undo', first.after, again)
  return tally
}

/** Until something was written: at most four times. It may be stopped half-way. */
async function doFirst(world: World): Promise<Done | undefined> {
  for (let tries = 0; tries < 4; tries++) {
    const act = world.chance.pick([...ACTS, 'file', 'transfer'] as const)
    const done = await doSomething(world, act, { isStopped: world.chance.percent(15) })
    if (done && done.rows.size > 0) return done
  }
  return undefined
}

/**
 * An account that was made stays for its history, withdrawn, and is nobody's; what the other side left out isn't back, nor who
 * was removed by the daily step that followed on the same day.
 */
function expectSame({ state }: World, what: string, expected: State, { leftOut }: Taken): void {
  if (leftOut.size > 0) return
  const isGone = (id: number) => state.get(id)?.values.status === 'Removed'
  const there = [...state].filter(
    ([id, account]) => !isGone(id) && (expected.has(id) || !isWithdrawn(account)),
  )
  const wanted = [...expected].filter(([id]) => !isGone(id))
  refuse(`${what} didn't bring it back`, differences(new Map(there), new Map(wanted), 'values'))
}

async function expectForGood({ portal, global, count }: World, { id }: Done): Promise<void> {
  try {
    await undoChangeSet(portal, global.actor, id)
  } catch (error) {
    if (!(error instanceof Conflict)) throw error
    count('removals that nobody can take back')
    return
  }
  throw new Error(`set ${id} removed accounts, and can be taken back`)
}

/** What others do: anything, and undos of what was done before and of what they did. */
async function meanwhile(world: World, done: readonly Done[], times: number): Promise<void> {
  const all = [...done]
  for (let time = 0; time < times; time++) {
    const isUndo = world.chance.percent(25)
    const isWhole = world.chance.percent(40)
    const next = isUndo
      ? await takeBack(world, world.chance.pick(all), { isAlone: false, isWhole })
      : await doSomething(world, world.chance.pick(ACTS))
    if (next && next.rows.size > 0 && !next.isForGood) all.push(next)
  }
}

type Taken = Done & { leftOut: ReadonlySet<number> }

/** Takes a set back and compares. @returns the undo, if it wrote anything */
async function takeBack(
  world: World,
  set: Done,
  { isAlone, isWhole }: { isAlone: boolean; isWhole: boolean },
): Promise<Taken | undefined> {
  const { portal, chance } = world
  const by = whoMay(world, set)
  // Who has rights on the other side alone takes it back from there.
  const home = by.codes.includes(set.home.code) ? set.home : organisationOf(world, by.codes[0] as string)
  const selection = isWhole ? {} : await partOf(world, set)
  const planned = world.state
  const id = await undoChangeSet(portal, by.actor, set.id, selection)
  await planUndo(portal, { data: { changeSetId: id, organisationId: home.id } })
  if (!isAlone && chance.percent(25)) {
    await doSomething(world, chance.pick(ACTS))
    world.count('acts between the plan of an undo and its apply')
  }
  const found = world.state
  const undoing = { planned, found, by: by.actor.administratorId }
  const writes = [...expectUndo(set, undoing, selection).writes]
  const leftOut = await settle(world, {
    ...{ id, by, writes, planned, touches: writes },
    home,
    homes: set.homes,
  })
  if (leftOut === null) {
    refuse(`undo ${id}, to which nobody agreed`, differences(await world.read(), found))
    return undefined
  }
  const { upTo, end } = await applySome(world, { id, home, by }, !isAlone && chance.percent(10))
  const after = await world.read()
  const expected = expectUndo(set, { ...undoing, upTo, leftOut }, selection)
  const told = await rowsOf(world, id)
  refuse(`undo ${id} of ${set.id}, ${JSON.stringify(selection)}, ${end}`, [
    ...differences(after, expected.state),
    ...compareRows(told, expected, upTo, leftOut),
  ])
  world.count(
    `undos of ${set.plan.kind}s${isWhole ? '' : ', of a part'}${end === 'completed' ? '' : `, ${end} half-way`}`,
  )
  world.count('accounts with something kept', expected.kept.size)
  world.count('accounts that could not be written', expected.failed.size)
  const rows = new Map(
    told.flatMap(({ row, account, isWritten }) => (isWritten ? [[row, account] as const] : [])),
  )
  return rows.size === 0 ? undefined : { ...set, id, home, before: found, after, rows, leftOut }
}

/** An action asks for the right that it asked for itself: whoever may delete, takes a deletion back. */
function whoMay(world: World, { plan, homes }: Done): Person {
  const isDeletion = plan.kind === 'action' && plan.rows.some(({ after }) => after.status === 'Deleted')
  if (isDeletion) return world.global
  if (homes.length > 1 && world.chance.percent(40)) return world.people.at(-1) as Person
  return somebodyOf(world, organisationOf(world, world.chance.pick(homes)))
}

async function partOf({ portal, global, chance }: World, { id, rows, homes }: Done): Promise<Selection> {
  const some = [...rows.keys()].filter(() => chance.percent(50))
  const { fields } = await findChangeSet(portal, global.actor, id)
  const few = fields.filter(() => chance.percent(40))
  return {
    ...(chance.percent(60) ? { rows: some } : {}),
    ...(few.length > 0 && homes.length === 1 && chance.percent(50) ? { fields: few } : {}),
  }
}

type UndoRow = {
  row: number
  account: number
  result: string
  isWritten: boolean
  kept: (string | null)[]
}

/** An undo's rows: what became of each, and what it says that it keeps. */
async function rowsOf({ portal, global }: World, id: number): Promise<UndoRow[]> {
  return (await allRows({ portal, actor: global.actor }, id)).map(({ row, accountId, result, problems }) => ({
    ...{ row, account: accountId as number, result: result ?? '' },
    isWritten: result === 'updated' || result === 'withdrawn',
    kept: problems.flatMap(({ code, column }) => (code === 'changed-since' ? [column] : [])),
  }))
}

/** Exactly what is kept is listed, and what can't be written has failed. */
function compareRows(
  rows: readonly UndoRow[],
  { kept, failed }: Expected,
  upTo: number,
  leftOut: ReadonlySet<number>,
): string[] {
  const there = new Set(rows.map(({ account }) => account))
  const missing = [...kept.keys()].filter((account) => !there.has(account))
  const faults = missing.map((account) => `account ${account} is kept and not listed`)
  for (const { row, account, result, kept: listed } of rows) {
    const wanted = kept.get(account) ?? []
    if (JSON.stringify(listed.toSorted()) !== JSON.stringify(wanted.toSorted()) && !failed.has(account))
      faults.push(
        `row ${row}, account ${account}: lists ${JSON.stringify(listed)}, not ${JSON.stringify(wanted)}`,
      )
    if (row <= upTo && !leftOut.has(row) && (result === 'failed') !== failed.has(account))
      faults.push(`row ${row}, account ${account}: ${result}`)
  }
  return faults
}
