import sql from 'sql-template-tag'
import { type Actor, asActor, may } from '../access/actor.ts'
import { inScope } from '../access/scope-sql.ts'
import type { Transaction } from '../database/open.ts'
import { NotFound } from '../errors.ts'
import type { Portal } from '../portal.ts'
import { AGREEMENT_DAYS, selectAsked } from './ask-for-agreement.ts'
import { type ChangeSet, type Chosen, organisationsOf } from './change-set.ts'
import { needsOf } from './needs.ts'
import type { BeyondLimit } from './plan/judge-plan.ts'
import { asOnlooker, requireSight } from './sight.ts'
import { selectChangeSet } from './store.ts'

/** One yes that a plan needs, as pages and the API show it. */
export type ShownNeed = {
  for: 'risk' | 'other-side'
  organisation: { code: string; name: string }
  /** The limits that it goes beyond; none where the other side is asked. */
  limits: BeyondLimit[]
  /** Who may say it: their names; none where there is nobody. */
  asked: string[]
  agreedBy: string | null
  agreedAt: Date | null
  /** Where people go in the organisation that takes them, if it chose that. */
  chosen: Chosen | null
}

/** What another person has to say to a plan, or said. */
export type ShownAgreement = {
  needs: ShownNeed[]
  /** Of the plan that is agreed to. */
  planHash: string | null
  askedAt: Date | null
  /** Until when somebody may agree, once it is asked for. */
  expiresAt: Date | null
  /** How long they have, before it is asked for. */
  days: number
  /** Why it was declined, or some of its rows left out. */
  reason: string | null
  declinedBy: string | null
  /** What this person may do now. */
  mayAnswer: boolean
  mayChooseRows: boolean
  mayWithdraw: boolean
}

/**
 * Whose yes a plan needs: before it is confirmed as it would be if this person confirmed it, and later as it is.
 * @throws NotFound, Forbidden
 */
export function findAgreement(portal: Portal, actor: Actor, id: number): Promise<ShownAgreement> {
  return asOnlooker(portal, actor, async (tx, sight) => {
    const set = await selectChangeSet(tx, sight.any, id)
    if (!set) throw new NotFound('There is no such change.')
    requireSight(sight, set)
    await tx.setScope(organisationsOf(set))
    const waits = set.status === 'awaiting-agreement'
    const needs = set.status === 'checked' ? await needsOf(tx, actor, set) : set.needs
    const isAsker = set.confirmedBy === actor.administratorId
    const mine = needs.filter((need) => !need.agreedBy && may(actor, 'agree', need.organisationId))
    const mayAnswer = waits && !isAsker && mine.length > 0
    const shownNeeds: ShownNeed[] = []
    for (const need of needs) shownNeeds.push(await shown(tx, need, set.confirmedBy ?? actor.administratorId))
    return {
      needs: shownNeeds,
      planHash: set.planHash,
      askedAt: set.askedAt,
      expiresAt: set.expiresAt,
      days: AGREEMENT_DAYS,
      ...(await selectAnswer(tx, id)),
      mayAnswer,
      mayChooseRows: mayAnswer && mine.some((need) => need.for === 'other-side'),
      mayWithdraw: waits && isAsker,
    }
  })
}

async function shown(
  tx: Transaction,
  need: ChangeSet['needs'][number],
  confirmedBy: number,
): Promise<ShownNeed> {
  const { organisationId, agreedBy, agreedAt } = need
  const known = await tx.row<Pick<ShownNeed, 'organisation' | 'agreedBy'>>(
    sql`select json_build_object('code', o.code, 'name', o.name) as organisation, by.name as "agreedBy"
        from organisation o left join administrator by on by.id = ${agreedBy ?? null}::integer
        where o.id = ${organisationId}`,
  )
  return {
    for: need.for,
    limits: need.for === 'risk' ? need.limits : [],
    ...(known as Pick<ShownNeed, 'organisation' | 'agreedBy'>),
    asked: (await selectAsked(tx, need, confirmedBy)).map(({ name }) => name),
    agreedAt: agreedAt === undefined ? null : new Date(agreedAt),
    chosen: (need.for === 'other-side' ? need.chosen : undefined) ?? null,
  }
}

async function selectAnswer(
  tx: Transaction,
  id: number,
): Promise<{ reason: string | null; declinedBy: string | null }> {
  const found = await tx.row<{ reason: string | null; declinedBy: string | null }>(
    sql`select s.answer_reason as reason, by.name as "declinedBy"
        from change_set s left join administrator by on by.id = s.declined_by where s.id = ${id}`,
  )
  return found ?? { reason: null, declinedBy: null }
}

/** The plans to which this person may agree now, for one organisation or all of theirs: those that end first come first. */
export async function findAwaitingMyAgreement(
  portal: Portal,
  actor: Actor,
  { organisationId, limit }: { organisationId?: number; limit: number },
): Promise<number[]> {
  if (!may(actor, 'agree')) return []
  return asActor(portal, actor, 'agree', async (tx, scope) => {
    const found = await tx.rows<{ id: number }>(
      sql`select s.id from change_set s
          where s.status = 'awaiting-agreement' and s.confirmed_by <> ${actor.administratorId}
            and (${inScope(scope, 's.organisation_id', organisationId)} or ${inScope(scope, 's.counterpart_id', organisationId)})
            and s.expires_at > ${portal.clock.now()} and exists (
              select from jsonb_array_elements(s.needs) as need where not need ? 'agreedBy'
                and ${inScope(scope, "(need->>'organisationId')::integer", organisationId)})
          order by s.expires_at, s.id limit ${limit}`,
    )
    return found.map(({ id }) => id)
  })
}
