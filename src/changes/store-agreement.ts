import sql from 'sql-template-tag'
import type { Transaction } from '../database/open.ts'
import { CREATES, WRITES_FIELDS } from './change.ts'
import type { Need } from './change-set.ts'
import type { Measures } from './plan/judge-plan.ts'

type Counted = Omit<Measures, 'accounts'>

/** How much a plan does, with what was decided; null of one that was made before plans were measured. */
export async function selectMeasures(tx: Transaction, id: number): Promise<Measures | null> {
  const found = await tx.row<{
    measures: { accounts: number; planned: Counted; decided: Counted } | null
  }>(sql`select measures from change_set where id = ${id}`)
  if (!found?.measures) return null
  const { accounts, planned, decided } = found.measures
  const names = Object.keys(planned) as (keyof Counted)[]
  const sums = Object.fromEntries(names.map((name) => [name, planned[name] + decided[name]])) as Counted
  return { accounts, ...sums }
}

/** That a plan waits for agreement: to what, and until when. */
export async function noteAsked(
  tx: Transaction,
  id: number,
  asked: { needs: readonly Need[]; planHash: string; at: Date; until: Date },
): Promise<void> {
  await tx.run(
    sql`update change_set set needs = ${JSON.stringify(asked.needs)}, plan_hash = ${asked.planHash},
          asked_at = ${asked.at}, expires_at = ${asked.until} where id = ${id}`,
  )
}

export async function noteNeeds(
  tx: Transaction,
  id: number,
  { needs, planHash }: { needs: readonly Need[]; planHash: string },
): Promise<void> {
  await tx.run(
    sql`update change_set set needs = ${JSON.stringify(needs)}, plan_hash = ${planHash} where id = ${id}`,
  )
}

export async function noteDeclined(tx: Transaction, id: number, by: number, reason: string): Promise<void> {
  await tx.run(sql`update change_set set declined_by = ${by}, answer_reason = ${reason} where id = ${id}`)
}

export async function noteAnswerReason(tx: Transaction, id: number, reason: string): Promise<void> {
  await tx.run(sql`update change_set set answer_reason = ${reason} where id = ${id}`)
}

/** Nobody has confirmed the plan, and nobody is asked. */
export async function forgetAsking(tx: Transaction, id: number): Promise<void> {
  await tx.run(
    sql`update change_set set confirmed_by = null, confirmed_at = null, needs = default, plan_hash = null,
          asked_at = null, expires_at = null, answer_reason = null where id = ${id}`,
  )
}

/** What a plan is known by: every row of it, what was decided, what is repaired. */
export async function hashPlan(tx: Transaction, id: number): Promise<string> {
  const found = await tx.row<{ hash: string }>(
    sql`select encode(sha256(convert_to(concat_ws(' ', s.organisation_id, s.counterpart_id, s.undoes_id,
            array_to_string(s.fields, ','), (
            select string_agg(md5(jsonb_build_array(c.row_number, c.action, c.account_id, c.account_version,
              c.local_id_key, c.counterpart_id, c.before, c.after, c.decision, c.repaired)::text), '' order by c.row_number)
            from change c where c.change_set_id = s.id)), 'UTF8')), 'hex') as hash
        from change_set s where s.id = ${id}`,
  )
  return (found as { hash: string }).hash
}

/**
 * The rows that would write something, but aren't accepted, become rows that nothing becomes of: these, or all except them.
 * @returns how many there were
 */
export function noteNotAccepted(
  tx: Transaction,
  id: number,
  { rows, except, problem }: { rows: readonly number[]; except: boolean; problem: object },
): Promise<number> {
  return tx.run(
    sql`update change c set action = 'not-accepted', decision = null, before = null, after = null, local_id_key = null,
          former_local_id_key = null, alternative = null, repairs = null, repaired = false,
          problems = coalesce(c.problems, '[]') || ${JSON.stringify([problem])}::jsonb
        where c.change_set_id = ${id} and (${WRITES_FIELDS} or ${CREATES})
          and (c.row_number = any(${[...rows]}::integer[])) <> ${except}`,
  )
}

/** The first of these rows that a plan hasn't. */
export async function selectMissingRow(
  tx: Transaction,
  id: number,
  rows: readonly number[],
): Promise<number | undefined> {
  const found = await tx.row<{ row: number }>(
    sql`select row from unnest(${[...rows]}::integer[]) as row
        where not exists (select from change where change_set_id = ${id} and row_number = row) order by row limit 1`,
  )
  return found?.row
}

/** How many rows a plan writes. */
export async function countWritten(tx: Transaction, id: number): Promise<number> {
  const found = await tx.row<{ rows: number }>(
    sql`select count(*) as rows from change c where c.change_set_id = ${id} and (${WRITES_FIELDS} or ${CREATES})`,
  )
  return found?.rows ?? 0
}

/** The next set after an ID whose time to be agreed to is over, locked. */
export async function takeOverdue(
  tx: Transaction,
  { now, after }: { now: Date; after: number },
): Promise<number | undefined> {
  const found = await tx.row<{ id: number }>(
    sql`select id from change_set where status = 'awaiting-agreement' and expires_at <= ${now} and id > ${after}
        order by id limit 1 for update skip locked`,
  )
  return found?.id
}
