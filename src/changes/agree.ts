import { type Actor, asActor, may } from '../access/actor.ts'
import { type AuditAct, type AuditDetails, note } from '../access/audit.ts'
import type { Transaction } from '../database/open.ts'
import { Conflict, Forbidden, InvalidInput, NotFound, refuseTogetherInTurn } from '../errors.ts'
import type { Portal } from '../portal.ts'
import { type ChangeSet, type Chosen, type Need, organisationsOf } from './change-set.ts'
import { holdChangeSet } from './hold-change-set.ts'
import { KINDS } from './kinds.ts'
import { leaveOutOthers } from './leave-out-others.ts'
import { move } from './move.ts'
import { lockChangeSet } from './store.ts'
import { forgetAsking, hashPlan, noteDeclined, noteNeeds } from './store-agreement.ts'
import { tellAnswer } from './tell-answer.ts'

/** Longer reasons are no reasons. */
const MOST_REASON = 1_000

/** What somebody says to a plan that waits for their agreement. */
export type Agreement = {
  /** Of the plan that they saw; left out by whoever agrees to it as it is now. */
  planHash?: string | undefined
  /** The rows that the other side accepts, where it doesn't accept all of them. */
  rows?: readonly number[] | undefined
  /** Or those that it doesn't accept. */
  leaveOut?: readonly number[] | undefined
  reason?: string | undefined
}

/**
 * What somebody chooses in a plan while they agree to it, written into its rows.
 * @param open what it needs of them
 * @returns null where the plan stays as it is
 */
export type Choosing = (
  tx: Transaction,
  set: ChangeSet,
  open: readonly Need[],
) => Promise<{ organisationId: number; chosen: Chosen } | null>

/**
 * Agrees to a plan that waits for it, which is then applied once nobody else's agreement is needed. Once, however often
 * it is said. The agreement is to the plan with what was chosen in it.
 * @throws NotFound; Forbidden for who may not, and for the person who confirmed it; Conflict where it doesn't wait any
 *   more, or isn't the plan that was seen; InvalidInput for rows that can't be chosen
 */
export async function agree(
  portal: Portal,
  actor: Actor,
  id: number,
  { planHash, rows, leaveOut, reason = '' }: Agreement = {},
  choose: Choosing = async () => null,
): Promise<void> {
  await holdAwaiting(portal, actor, id, async (tx, set, mine) => {
    if (
      set.status !== 'awaiting-agreement' &&
      mine.some(({ agreedBy }) => agreedBy === actor.administratorId)
    )
      return
    const open = requireOpen(portal, actor, set, mine)
    await requireSame(tx, set, planHash)
    const why = readReason(reason)
    const answer = { agreedBy: actor.administratorId, agreedAt: portal.clock.now().toISOString() }
    let isPart = false
    let choice: Awaited<ReturnType<Choosing>> = null
    await refuseTogetherInTurn(
      async () => {
        if ((rows ?? leaveOut) === undefined) return
        isPart = await leaveOutOthers(tx, set, { needs: open, rows, leaveOut, reason: why, by: actor })
      },
      async () => {
        choice = await choose(tx, set, open)
      },
    )
    const needs = answered(set.needs, { open, answer, isOther: isPart || choice !== null, choice })
    await noteNeeds(tx, id, { needs, planHash: await hashPlan(tx, id) })
    if (needs.every(({ agreedBy }) => agreedBy !== undefined)) {
      await move(portal, tx, set, 'queued')
      await tellAnswer(portal, tx, { ...set, needs }, isPart ? 'agreed in part' : 'agreed')
    }
    await noteAnswer(tx, actor, set, { act: 'agreement-given', open, details: detailsOf(choice) })
  })
}

/**
 * Declines a plan that waits for agreement, which ends it.
 * @throws as `agree`; InvalidInput without a reason
 */
export async function decline(portal: Portal, actor: Actor, id: number, reason: string): Promise<void> {
  await holdAwaiting(portal, actor, id, async (tx, set, mine) => {
    const open = requireOpen(portal, actor, set, mine)
    const why = readReason(reason)
    if (why === '') {
      throw new InvalidInput('Say why you decline: whoever asked reads it.', {
        field: 'reason',
        code: 'no-reason',
      })
    }
    await noteDeclined(tx, id, actor.administratorId, why)
    await move(portal, tx, set, 'cancelled', {
      code: 'declined',
      message: `${actor.name} did not agree: ${why}`,
    })
    await tellAnswer(portal, tx, set, 'declined')
    await noteAnswer(tx, actor, set, { act: 'agreement-declined', open })
  })
}

/**
 * Takes back what one asked for, before it was answered: the plan is again as before it was confirmed.
 * @throws NotFound; Forbidden for anybody but the person who confirmed it; Conflict where it doesn't wait any more
 */
export async function withdraw(portal: Portal, actor: Actor, id: number): Promise<void> {
  await holdChangeSet(portal, actor, id, async (tx, set) => {
    if (set.status !== 'awaiting-agreement') throw new Conflict(notAwaiting(set))
    if (set.confirmedBy !== actor.administratorId)
      throw new Forbidden('Only the person who asked for agreement can take that back.')
    await reopen(portal, tx, set)
    await noteAnswer(tx, actor, set, { act: 'agreement-withdrawn' })
  })
}

/** Has a plan that waits for agreement be as before it was confirmed: it is withdrawn, or is about to be changed. */
export async function reopen(portal: Portal, tx: Transaction, set: ChangeSet): Promise<void> {
  await forgetAsking(tx, set.id)
  await move(portal, tx, set, 'checked')
}

/** Holds a set for somebody who answers; `mine` is what it needs of an organisation where they may. */
function holdAwaiting(
  portal: Portal,
  actor: Actor,
  id: number,
  work: (tx: Transaction, set: ChangeSet, mine: Need[]) => Promise<void>,
): Promise<void> {
  return asActor(portal, actor, 'agree', async (tx, scope) => {
    const set = await lockChangeSet(tx, scope, id)
    if (!set) throw new NotFound('There is no such change.')
    await tx.setScope(organisationsOf(set))
    const mine = set.needs.filter(({ organisationId }) => may(actor, 'agree', organisationId))
    await work(tx, set, mine)
  })
}

/** Where the set is, and where those who were asked are. */
async function noteAnswer(
  tx: Transaction,
  by: Actor,
  { id, organisationId }: ChangeSet,
  { act, open = [], details = {} }: { act: AuditAct; open?: readonly Need[]; details?: AuditDetails },
): Promise<void> {
  for (const each of new Set([organisationId, ...open.map((need) => need.organisationId)]))
    await note(tx, { act, by, organisationId: each, about: { kind: 'change-set', id }, details })
}

function requireOpen(portal: Portal, actor: Actor, set: ChangeSet, mine: readonly Need[]): Need[] {
  if (set.status !== 'awaiting-agreement') throw new Conflict(notAwaiting(set))
  if (set.confirmedBy === actor.administratorId)
    throw new Forbidden('You confirmed this yourself, so another person must agree to it.')
  const open = mine.filter(({ agreedBy }) => agreedBy === undefined)
  if (open.length === 0) throw new Forbidden('This waits for the agreement of somebody else.')
  if (set.expiresAt !== null && set.expiresAt <= portal.clock.now())
    throw new Conflict(`The time to agree to this ${KINDS[set.kind].noun} is over. Nothing was changed.`)
  return open
}

async function requireSame(tx: Transaction, set: ChangeSet, seen: string | undefined): Promise<void> {
  if ((seen ?? set.planHash) === set.planHash && (await hashPlan(tx, set.id)) === set.planHash) return
  throw new Conflict(
    `What this ${KINDS[set.kind].noun} would do has changed since you looked at it. Look at it again, then agree or decline.`,
  )
}

function notAwaiting({ kind, status }: ChangeSet): string {
  const { noun } = KINDS[kind]
  if (status === 'checked') return `Nobody asks for agreement to this ${noun} now: it isn’t confirmed.`
  return `This ${noun} doesn’t wait for agreement any more.`
}

function readReason(text: string): string {
  const reason = text.trim().normalize('NFC')
  if (reason.length <= MOST_REASON) return reason
  throw new InvalidInput(`Say why in ${MOST_REASON} characters at most.`, {
    field: 'reason',
    code: 'too-long',
  })
}

type Answer = {
  open: readonly Need[]
  answer: { agreedBy: number; agreedAt: string }
  /** Whether the plan is another one by now. */
  isOther: boolean
  choice: Awaited<ReturnType<Choosing>>
}

function answered(needs: readonly Need[], { open, answer, isOther, choice }: Answer): Need[] {
  return needs.map((need) => {
    if (!open.includes(need)) return isOther ? asked(need) : need
    const isTheirs =
      choice !== null && need.for === 'other-side' && need.organisationId === choice.organisationId
    return { ...need, ...answer, ...(isTheirs ? { chosen: choice.chosen } : {}) }
  })
}

function detailsOf(choice: Awaited<ReturnType<Choosing>>): AuditDetails {
  if (choice === null) return {}
  const { site, organisationalUnit, localIds } = choice.chosen
  return { site, unit: organisationalUnit, 'other local IDs': localIds }
}

/** What was agreed to is another plan by now: it is asked anew. */
function asked({ agreedBy: _by, agreedAt: _at, ...need }: Need): Need {
  return need
}
