import type { Actor } from '../access/actor.ts'
import type { Transaction } from '../database/open.ts'
import { Conflict } from '../errors.ts'
import type { Portal } from '../portal.ts'
import { askForAgreement } from './ask-for-agreement.ts'
import { type ChangeSet, organisationsOf } from './change-set.ts'
import { holdChangeSet } from './hold-change-set.ts'
import { KINDS } from './kinds.ts'
import { move } from './move.ts'
import { needsOf } from './needs.ts'
import { noteConfirmation, selectClosedTarget } from './store.ts'

/**
 * The person has seen the plan and wants it applied. Where it needs another person's yes, that is asked for, and it
 * waits. Once, however often it is pressed: a change set that is confirmed already is left as it is.
 * @throws NotFound, Forbidden; Conflict when the plan isn't there yet or can't be applied any more
 */
export async function confirmChangeSet(portal: Portal, actor: Actor, id: number): Promise<void> {
  await holdChangeSet(portal, actor, id, async (tx, set) => {
    if (['awaiting-agreement', 'queued', 'applying', 'completed'].includes(set.status)) return
    if (set.status !== 'checked') throw new Conflict(whyNot(set))
    if (set.counterpartId !== null) await refuseClosed(tx, set)
    const confirmedBy = actor.administratorId
    await noteConfirmation(tx, id, confirmedBy, portal.clock.now())
    const needs = await needsOf(tx, actor, set)
    const confirmed = { ...set, confirmedBy }
    if (needs.length > 0) await askForAgreement(portal, tx, confirmed, { actor, needs })
    else await move(portal, tx, confirmed, 'queued')
  })
}

/** Out of an organisation that is closed people can go, but not into one. */
async function refuseClosed(tx: Transaction, set: ChangeSet): Promise<void> {
  const closed = await selectClosedTarget(tx, set.id, organisationsOf(set))
  if (closed !== undefined) throw new Conflict(`${closed} is closed, so nobody can be transferred to it.`)
}

function whyNot({ kind, status }: ChangeSet): string {
  const { noun, again } = KINDS[kind]
  if (status === 'checking')
    return `This ${noun} is still being checked. Look at what would change first, then confirm it.`
  if (status === 'rejected')
    return `This ${noun} could not be used, so there is nothing to apply. ${again}, corrected.`
  if (status === 'expired') return `Nobody agreed to this ${noun} in time. ${again} to apply it.`
  if (status === 'cancelled') return `This ${noun} was cancelled. ${again} to apply it.`
  return `This ${noun} failed. ${again}: nothing is changed twice.`
}
