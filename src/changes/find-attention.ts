import sql, { type Sql } from 'sql-template-tag'
import type { Actor } from '../access/actor.ts'
import type { Portal } from '../portal.ts'
import { asOnlooker } from './sight.ts'
import { inSight } from './sight-sql.ts'

/** Why a change set is called to attention: it waits for somebody, went wrong, or is on its way. */
export const REASONS_TO_LOOK = ['to-agree', 'to-confirm', 'failed', 'under-way'] as const

export type ReasonToLook = (typeof REASONS_TO_LOOK)[number]

/** Change sets to look at: the newest of each reason, and how many there are; `ahead` is how many wait before each. */
export type Attention = Record<ReasonToLook, { sets: { id: number; ahead: number }[]; total: number }>

/**
 * What of an organisation needs the actor's attention, besides what they have dismissed.
 * @param wanted `limit` of each reason; failures only where it ended after `since`
 */
export async function findAttention(
  portal: Portal,
  actor: Actor,
  { organisationId, since, limit }: { organisationId: number; since: Date; limit: number },
): Promise<Attention> {
  const rows = await asOnlooker(portal, actor, (tx, sight) =>
    tx.rows<{ id: number; reason: ReasonToLook; total: number; ahead: number }>(sql`
      with open as (
        select s.id, s.status, s.confirmed_at, ${REASON} as reason from change_set s
        where ${inSight(sight, 's', organisationId)} and ${needsLook(since)}
          and not exists (select from dismissal d where d.change_set_id = s.id and d.status = s.status
            and d.administrator_id = ${actor.administratorId}))
      select o.id, o.reason, o.total,
        (select count(*) from open other where o.status = 'queued' and other.status in ('queued', 'applying')
          and other.confirmed_at < o.confirmed_at) as ahead
      from (select *, count(*) over (partition by reason) as total,
          row_number() over (partition by reason order by id desc) as place from open) o
      where place <= ${limit} order by o.id desc`),
  )
  const of = (reason: ReasonToLook) => {
    const found = rows.filter((row) => row.reason === reason)
    return { sets: found.map(({ id, ahead }) => ({ id, ahead })), total: found[0]?.total ?? 0 }
  }
  return Object.fromEntries(REASONS_TO_LOOK.map((reason) => [reason, of(reason)])) as Attention
}

const REASON = sql`case s.status when 'checking' then 'under-way' when 'queued' then 'under-way'
  when 'applying' then 'under-way' when 'awaiting-agreement' then 'to-agree' when 'checked' then 'to-confirm'
  else 'failed' end`

/** A plan that writes nothing, whatever is chosen, waits for nobody. */
const DOES_SOMETHING = sql`(s.counts->'repairs' is not null and s.counts->'repairs' <> '{}' or 0 < (
  select sum((s.counts->>name)::integer) from unnest(array['update', 'create', 'withdraw', 'possibleDuplicate',
    'differentPerson', 'conflict']) as name))`

function needsLook(since: Date): Sql {
  return sql`(s.status in ('checking', 'queued', 'applying', 'awaiting-agreement')
    or s.status = 'checked' and ${DOES_SOMETHING}
    or s.status in ('completed', 'failed') and s.completed_at > ${since}
      and (s.status = 'failed' or (s.results->>'failed')::integer > 0))`
}
