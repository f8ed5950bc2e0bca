import { PORTAL_ITSELF } from '../access/portal-itself.ts'
import type { ChangeSet } from '../changes/change-set.ts'
import { move } from '../changes/move.ts'
import { countPlan, notePlan } from '../changes/plan/store-plan.ts'
import { planStep } from '../changes/plan/store-steps.ts'
import { lockChangeSet, noteConfirmation } from '../changes/store.ts'
import type { Transaction } from '../database/open.ts'
import type { Portal } from '../portal.ts'
import { date } from '../words.ts'
import { isDueOn, selectOrganisationsDue, selectToday } from './find-due.ts'
import { fieldsOf, STEP_NAMES, STEPS, type Step } from './steps.ts'

/**
 * Makes what the day brings: for each organisation where a step is due a change set of the portal itself, which is
 * applied as any other. Once a day, however often it runs, and whatever a day missed is made up.
 */
export async function takeSteps(portal: Portal, job: { signal?: AbortSignal } = {}): Promise<void> {
  const day = await portal.database.transaction([], (tx) => selectToday(tx, portal.clock.now()))
  for (const step of STEP_NAMES) {
    const organisations = await portal.database.transaction('everything', (tx) =>
      selectOrganisationsDue(tx, step, day),
    )
    for (const organisationId of organisations) {
      job.signal?.throwIfAborted()
      await takeStep(portal, { step, organisationId, day })
    }
  }
}

type OneStep = { step: Step; organisationId: number; day: string }

/** Each organisation's in a transaction of its own: one that fails holds up no other, and is tried again an hour later. */
async function takeStep(portal: Portal, one: OneStep): Promise<void> {
  try {
    await portal.database.transaction([one.organisationId], (tx) => planAndConfirm(portal, tx, one))
  } catch (error) {
    portal.log.error({ ...one, err: error }, 'a daily step could not be planned')
  }
}

async function planAndConfirm(portal: Portal, tx: Transaction, one: OneStep): Promise<void> {
  const { step, organisationId, day } = one
  const { from, name, action, after } = STEPS[step]
  const at = portal.clock.now()
  const planned = await planStep(tx, {
    ...{ organisationId, step, day, action, before: { status: from }, after, at },
    name: `${name} on ${date(new Date(day))}`,
    isDue: isDueOn(step, day),
  })
  if (planned === undefined) return
  const { id, rows } = planned
  const { replaced: _replaced, ...counts } = await countPlan(tx, id)
  await notePlan(tx, id, { counts, fields: fieldsOf(step), firstRow: 1, lastRow: rows })
  const set = () => lockChangeSet(tx, [organisationId], id) as Promise<ChangeSet>
  await move(portal, tx, await set(), 'checked')
  await noteConfirmation(tx, id, PORTAL_ITSELF, at)
  await move(portal, tx, await set(), 'queued')
  portal.log.info({ ...one, changeSet: id, rows }, 'a daily step was planned')
}
