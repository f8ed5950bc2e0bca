import sql, { type Sql } from 'sql-template-tag'
import { PORTAL_ITSELF } from '../../access/portal-itself.ts'
import type { Transaction } from '../../database/open.ts'
import type { ChangeAction, FieldValues } from '../change.ts'
import { IS_UNDER_WAY } from '../status.ts'

/** One change that is due for many accounts. */
export type DueStep = {
  organisationId: number
  step: string
  /** Such as 2026-11-30: a step has one set a day. */
  day: string
  /** What the set is called. */
  name: string
  /** The condition that it is due for the account `a`. */
  isDue: Sql
  action: ChangeAction
  before: FieldValues
  after: FieldValues
  at: Date
}

/**
 * Plans a step of a day, as the portal itself, in one statement: the change set, and a change for everybody who is due.
 * Nothing where the day has its set, where one of an earlier day is under way still, or where nobody is due any more.
 * @returns the set's ID and how many changes there are
 */
export async function planStep(
  tx: Transaction,
  { organisationId, step, day, name, isDue, action, before, after, at }: DueStep,
): Promise<{ id: number; rows: number } | undefined> {
  await tx.row(sql`select pg_advisory_xact_lock(hashtext('plan-step'), ${organisationId}::integer)`)
  const planned = await tx.row<{ id: number | null; rows: number }>(
    sql`with due as materialized (
          select a.id, a.version, a.local_id, row_number() over (order by a.id) as row_number from account a
          where a.organisation_id = ${organisationId} and ${isDue}),
        made as (
          insert into change_set (organisation_id, kind, status, step, day, name, created_by, created_at)
          select ${organisationId}, 'lifecycle', 'checking', ${step}, ${day}::date, ${name}, ${PORTAL_ITSELF}::integer, ${at}
          where exists (select from due) and not exists (select from change_set s
            where s.organisation_id = ${organisationId} and s.step = ${step} and ${IS_UNDER_WAY})
          on conflict (organisation_id, step, day) where step is not null do nothing returning id),
        planned as (
          insert into change (change_set_id, organisation_id, row_number, action, account_id, account_version, local_id,
            before, after)
          select made.id, ${organisationId}, row_number, ${action}, due.id, version,
            case when ${action} <> 'remove' then local_id end, ${JSON.stringify(before)}::jsonb,
            ${JSON.stringify(after)}::jsonb
          from made cross join due returning 1)
        select (select id from made) as id, (select count(*) from planned) as rows`,
  )
  return planned?.id == null ? undefined : { id: planned.id, rows: planned.rows }
}
