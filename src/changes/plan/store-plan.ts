import sql from 'sql-template-tag'
import type { Transaction } from '../../database/open.ts'
import type { PlannedChange } from '../change.ts'
import type { Counts } from '../change-set.ts'
import { MEASURES, MEASURES_AS_DECIDED } from './measures-sql.ts'

/** Writes planned changes in one statement, a batch of some thousand rows at a time. */
export async function insertChanges(
  tx: Transaction,
  set: { id: number; organisationId: number },
  changes: readonly PlannedChange[],
): Promise<void> {
  const list = (of: (change: PlannedChange) => object | null) => JSON.stringify(changes.map(of))
  await tx.run(
    sql`insert into change (change_set_id, organisation_id, row_number, action, account_id, account_version,
          local_id, local_id_key, former_local_id_key, similar_account_id, counterpart_id, before, after, problems,
          alternative, repairs, similar_row)
        select ${set.id}, ${set.organisationId}, row_number, action, account_id, account_version,
          local_id, local_id_key, former_key, similar_id, counterpart_id,
          nullif(before, 'null'), nullif(after, 'null'), nullif(problems, 'null'),
          more->'alternative', case when more ? 'repairs' then array(select jsonb_array_elements_text(more->'repairs')) end,
          (more->>'similarRow')::integer
        from rows from (
          unnest(
            ${changes.map((change) => change.row)}::integer[],
            ${changes.map((change) => change.action)}::text[],
            ${changes.map((change) => change.accountId)}::bigint[],
            ${changes.map((change) => change.accountVersion)}::integer[],
            ${changes.map((change) => change.localId)}::text[],
            ${changes.map((change) => change.localIdKey)}::text[],
            ${changes.map((change) => change.formerLocalIdKey)}::text[],
            ${changes.map((change) => change.similarAccountId)}::bigint[],
            ${changes.map((change) => change.counterpartId ?? null)}::integer[]),
          jsonb_array_elements(${list((change) => change.before)}::jsonb),
          jsonb_array_elements(${list((change) => change.after)}::jsonb),
          jsonb_array_elements(${list((change) => (change.problems.length > 0 ? change.problems : null))}::jsonb),
          jsonb_array_elements(${changes.some(hasMore) ? list(moreOf) : '[]'}::jsonb))
        as planned (row_number, action, account_id, account_version, local_id, local_id_key, former_key, similar_id,
          counterpart_id, before, after, problems, more)`,
  )
}

// Few rows have these, and in most batches no row does.
function moreOf({ alternative, repairs, similarRow }: PlannedChange): object {
  return { alternative, repairs, similarRow }
}

function hasMore({ alternative, similarRow }: PlannedChange): boolean {
  return alternative !== undefined || similarRow !== undefined
}

// PostgreSQL has no statistics of rows that were just stored, and expects one where there are a million. So in the
// statements below nothing is joined that could be joined by comparing each row with each: windows count, and an index,
// by change set and row, leads to what is written.

/**
 * Turns into errors the rows that reach one account, or would take one local ID, each naming the others (the first
 * dozen of them).
 * @param kinds of the problem that they get, whose words are the local ID and the other rows: where they reach one account,
 * and where they would give one local ID to several
 * @returns how many rows there were
 */
export async function refuseClashes(
  tx: Transaction,
  id: number,
  kinds: { account: number; localId: number },
): Promise<number> {
  const reached = sql`reached as (
    select change_set_id, row_number, account_id::text as target from change
      where change_set_id = ${id} and account_id is not null
    union all
    select change_set_id, row_number, 'key ' || local_id_key from change
      where change_set_id = ${id} and local_id_key is not null)`
  const clash = await tx.row(
    sql`with ${reached} select 1 from reached group by target having count(*) > 1 limit 1`,
  )
  if (clash === undefined) return 0
  return tx.run(
    sql`with ${reached},
        counted as (
          select change_set_id, row_number, target, count(*) over (partition by target) as times,
            row_number() over (partition by target order by row_number) as nth
          from reached),
        clashing as materialized (
          select distinct on (row_number) change_set_id, row_number, target, times,
            array_remove(first_rows, row_number) as others
          from (
            select change_set_id, row_number, target, times, array_agg(row_number) filter (where nth <= 13) over (
              partition by target order by row_number
              rows between unbounded preceding and unbounded following) as first_rows
            from counted where times > 1) named
          order by row_number, target)
        update change c set action = 'error', before = null, after = null, local_id_key = null,
          alternative = null, repairs = null, similar_row = null, decision = null,
          account_id = case when c.account_version is not null then c.account_id end, -- none is made
          problems = coalesce(c.problems, '[]') || jsonb_build_array(jsonb_build_array(
            case when target like 'key %' then ${kinds.localId}::integer else ${kinds.account}::integer end,
            c.local_id, array_to_string(others[1:12], ', ')
              || case when times > 13 then ' and ' || (times - 13) || ' more' else '' end))
        from clashing
        where c.change_set_id = clashing.change_set_id and c.row_number = clashing.row_number`,
  )
}

/** What a plan would do. `replaced` counts the changes of each field that held something else before. */
export type PlanCounts = Counts & { replaced: Record<string, number> }

/** Counts the rows of a plan as they are stored. */
export async function countPlan(tx: Transaction, id: number): Promise<PlanCounts> {
  const actions = await tx.rows<{ name: string; count: number }>(
    sql`select action as name, count(*) from change where change_set_id = ${id} group by action`,
  )
  const fields = await tx.rows<{ name: string; count: number; clears: number; replaced: number }>(
    sql`select key as name, count(*), count(*) filter (where value = 'null') as clears,
          count(*) filter (where c.before->>key is not null and value <> 'null') as replaced
        from change c cross join jsonb_each(c.after)
        where c.change_set_id = ${id} and c.action = 'update' group by key`,
  )
  const told = await tx.rows<{ name: string | null; severity: string; count: number }>(
    sql`with known as (
          select jsonb_object_agg(number, jsonb_build_object('code', kind->'code', 'severity', kind->'severity')) as kinds
          from problem_kind where change_set_id = ${id}),
        told as (
          select row_number, action, coalesce((select kinds from known)->(problem->>0), problem) as told
          from change c cross join jsonb_array_elements(c.problems) as problem where c.change_set_id = ${id})
        select told->>'code' as name, told->>'severity' as severity, count(distinct row_number) from told
        where action = 'error' or told->>'severity' = 'warning'
        group by grouping sets ((1, 2), (2))`,
  )
  const repairs = await tx.rows<{ name: string; count: number }>(
    sql`select kind as name, count(*) from change c cross join unnest(c.repairs) as kind
        where c.change_set_id = ${id} and c.repairs is not null group by kind`,
  )
  const kinds = told.flatMap(({ name, ...more }) => (name === null ? [] : [{ name, ...more }]))
  const of = (action: string) => actions.find((row) => row.name === action)?.count ?? 0
  const table = (rows: { name: string; count: number }[]) =>
    Object.fromEntries(rows.filter((row) => row.count > 0).map((row) => [row.name, row.count]))
  return {
    rows: actions.reduce((sum, row) => sum + row.count, 0),
    update: of('update'),
    create: of('create'),
    withdraw: of('withdraw'),
    remove: of('remove'),
    unchanged: of('unchanged'),
    kept: of('kept'),
    possibleDuplicate: of('possible-duplicate'),
    differentPerson: of('different-person'),
    conflict: of('conflict'),
    error: of('error'),
    notAccepted: of('not-accepted'),
    warned: told.find(({ name, severity }) => name === null && severity === 'warning')?.count ?? 0,
    fields: table(fields),
    clears: table(fields.map((row) => ({ name: row.name, count: row.clears }))),
    replaced: table(fields.map((row) => ({ name: row.name, count: row.replaced }))),
    problems: table(kinds.filter(({ severity }) => severity === 'error')),
    warnings: table(kinds.filter(({ severity }) => severity === 'warning')),
    repairs: table(repairs),
  }
}

/**
 * Numbers the proposed addresses of new accounts: where several rows, or existing accounts of the organisation, want the
 * same one, each row gets the next number. What was proposed is what is allotted, unless somebody has it: another
 * organisation's people aren't asked for, or whoever sends a file would learn of everybody's names by looking at its plan.
 */
export async function numberProposedAddresses(tx: Transaction, { id }: { id: number }): Promise<void> {
  await tx.run(
    sql`with proposed as materialized (
          select change_set_id, row_number, split_part(after->>'emailAddress', '@', 1) as base,
            split_part(after->>'emailAddress', '@', 2) as domain,
            row_number() over (partition by after->>'emailAddress' order by row_number) as nth
          from change where change_set_id = ${id} and action in ('create', 'possible-duplicate')),
        numbered as materialized (
          select change_set_id, row_number, base, domain,
            nth + coalesce((select max(number) from address where address.base = proposed.base), 0) as number
          from proposed)
        update change c set after = c.after
          || jsonb_build_object('emailAddress', numbered.base || numbered.number || '@' || numbered.domain)
        from numbered
        where c.change_set_id = numbered.change_set_id and c.row_number = numbered.row_number and numbered.number > 1`,
  )
}

/** Ends the check: the plan stands, with its counts and measures. */
export async function notePlan(
  tx: Transaction,
  id: number,
  plan: { counts: Counts; fields: readonly string[]; firstRow: number; lastRow: number },
): Promise<void> {
  await tx.run(sql`update change_set s set counts = ${JSON.stringify(plan.counts)}, measures = ${MEASURES},
    fields = ${[...plan.fields]}::text[], first_row = ${plan.firstRow}, last_row = ${plan.lastRow}
    where s.id = ${id}`)
}

/** Counted anew, since what becomes of some rows was chosen otherwise. */
export async function noteCounts(tx: Transaction, id: number, counts: Counts): Promise<void> {
  await tx.run(
    sql`update change_set s set counts = ${JSON.stringify(counts)}, measures = ${MEASURES} where s.id = ${id}`,
  )
}

/** Measures anew what the rows do of which something was decided. */
export async function measureDecided(tx: Transaction, id: number): Promise<void> {
  await tx.run(sql`update change_set s set measures = ${MEASURES_AS_DECIDED} where s.id = ${id}`)
}

/** IDs for new accounts. Gaps are fine: an ID that isn't used is never used. */
export async function allotAccountIds(tx: Transaction, count: number): Promise<number[]> {
  if (count === 0) return []
  const rows = await tx.rows<{ id: number }>(
    sql`select nextval('account_id') as id from generate_series(1, ${count}::integer)`,
  )
  return rows.map((row) => row.id)
}
