import { type Actor, asActor } from '../access/actor.ts'
import { actorFor } from '../access/administrators.ts'
import { Forbidden, NotFound } from '../errors.ts'
import type { Portal } from '../portal.ts'
import { ask, askAgain, type Wanted } from './ask.ts'
import type { Parameters } from './parameters.ts'
import { daysBefore } from './period.ts'
import type { ReportKind } from './report.ts'
import { startIn } from './run.ts'
import {
  deleteWeekly,
  insertWeekly,
  markWeekly,
  selectDueWeekly,
  selectMonday,
  selectOwnWeekly,
  type Weekly,
} from './store-weekly.ts'

/**
 * Has a report made every Monday, of the week before where it is about a period, and its link sent to whoever asked.
 * @throws as of `ask`
 */
export async function wishWeekly(portal: Portal, actor: Actor, wanted: Wanted): Promise<void> {
  const { report, organisation, parameters } = await ask(portal, actor, wanted)
  const wish = {
    ...{ kind: report.kind, parameters: withoutPeriod(parameters) },
    ...{ organisationId: organisation.id, administratorId: actor.administratorId },
  }
  await asActor(portal, actor, report.needs, (tx) => insertWeekly(tx, wish, portal.clock.now()))
}

/** @throws NotFound where the actor has no such wish */
export async function stopWeekly(portal: Portal, actor: Actor, id: number): Promise<void> {
  const stopped = await asActor(portal, actor, 'read-accounts', (tx) =>
    deleteWeekly(tx, id, actor.administratorId),
  )
  if (stopped === 0) throw new NotFound('There is no such report.')
}

/** What the actor is sent every Monday of an organisation. */
export function findWeekly(
  portal: Portal,
  actor: Actor,
  wanted: { organisationId: number; kind?: ReportKind },
): Promise<Weekly[]> {
  return asActor(portal, actor, 'read-accounts', (tx, scope) =>
    selectOwnWeekly(tx, scope, { ...wanted, administratorId: actor.administratorId }),
  )
}

/**
 * Begins what is wanted this Monday and wasn't begun yet: once a week, however often it runs, and what a Monday missed is
 * made up. Whoever has lost the rights is sent nothing any more.
 */
export async function startWeekly(portal: Portal, job: { signal?: AbortSignal } = {}): Promise<void> {
  const { monday, due } = await portal.database.transaction('everything', async (tx) => {
    const monday = await selectMonday(tx, portal.clock.now())
    return { monday, due: await selectDueWeekly(tx, monday) }
  })
  for (const wish of due) {
    job.signal?.throwIfAborted()
    await startOne(portal, wish, monday)
  }
}

/** One that fails holds up no other, and is tried again an hour later. */
async function startOne(portal: Portal, wish: Weekly, monday: string): Promise<void> {
  const { id, organisationId, administratorId } = wish
  try {
    await beginFor(portal, wish, monday)
  } catch (error) {
    const isRefused = error instanceof Forbidden || error instanceof NotFound
    if (!isRefused) return portal.log.error({ weekly: id, err: error }, 'a weekly report could not be begun')
    await portal.database.transaction([organisationId], (tx) => deleteWeekly(tx, id, administratorId))
  }
}

async function beginFor(portal: Portal, wish: Weekly, monday: string): Promise<void> {
  const actor = await actorFor(portal, wish.administratorId)
  if (actor === null) throw new Forbidden('The administrator may not sign in any more.')
  const asked = await askAgain(portal, actor, { ...wish, filter: null })
  const week = { from: daysBefore(monday, 7), to: daysBefore(monday, 1) }
  const parameters = { ...wish.parameters, ...(asked.report.usualDays === undefined ? {} : week) }
  await asActor(portal, actor, asked.report.needs, async (tx) => {
    if ((await markWeekly(tx, wish.id, monday)) === 0) return
    await startIn(tx, portal, actor, { ...asked, parameters }, { isWeekly: true })
  })
}

function withoutPeriod({ from: _from, to: _to, ...parameters }: Parameters): Parameters {
  return parameters
}
