import sql from 'sql-template-tag'
import type { Transaction } from '../../database/open.ts'
import { type FieldValue, labelOf, type PersonField } from '../../directory/fields.ts'
import { timeZoneOf } from '../../directory/time-zone-sql.ts'
import { type Alternative, type PlannedChange, WAS_WRITTEN, WRITTEN_VERSION } from '../change.ts'
import { type LastWrite, whatWasChanged } from '../last-write.ts'
import type { Problem } from '../problem.ts'
import { asCell, shown } from '../values.ts'
import type { Planning } from './plan-problems.ts'
import type { Wanted } from './wanted.ts'

/**
 * Says of each field that a change would give its former value whose work that sets back: of rows that don't say which
 * version they saw, since whoever says so knows what they change. One query for a batch, none for accounts that nobody has
 * written to since they were made.
 */
export async function addSetBacks(
  tx: Transaction,
  rows: readonly Wanted[],
  changes: readonly PlannedChange[],
  { headingOf }: Planning,
): Promise<readonly PlannedChange[]> {
  const plans = changes.flatMap((change, at) =>
    rows[at]?.version === undefined ? [change, change.alternative].filter(isOfWrittenAccount) : [],
  )
  if (plans.length === 0) return changes
  const found = await selectSetBacks(tx, plans)
  if (found.length === 0) return changes
  const told = Map.groupBy(found, ({ nth }) => plans[nth - 1])
  const problemsOf = (plan: Alternative): Problem[] =>
    (told.get(plan as WrittenPlan) ?? []).map(({ field, ...write }) => {
      const [was, becomes] = [plan.before?.[field] ?? null, plan.after?.[field] ?? null]
      return {
        column: headingOf(field as PersonField),
        code: 'sets-back',
        message: `This sets back ${whatWasChanged(write)}: ${labelOf(field)} was ${shown(becomes)} before, and is ${shown(was)} now.`,
        value: asCell(becomes) || null,
        severity: 'warning',
      }
    })
  const withProblems = <Plan extends Alternative>(plan: Plan, own: readonly object[]): Plan => ({
    ...plan,
    problems: [...own, ...problemsOf(plan)],
  })
  return changes.map((change) => {
    const { alternative } = change
    if (!told.has(change as WrittenPlan) && !told.has(alternative as WrittenPlan)) return change
    const whole = withProblems(change, change.problems)
    if (alternative === undefined) return whole
    return { ...whole, alternative: withProblems(alternative, alternative.problems ?? change.problems) }
  })
}

type WrittenPlan = Alternative & { accountId: number; accountVersion: number }

function isOfWrittenAccount(plan: Alternative | undefined): plan is WrittenPlan {
  return Boolean(plan?.before && plan.after && plan.accountId !== null && (plan.accountVersion ?? 0) > 1)
}

/** An account's changes that are looked through, from the newest: what was set back before that is nobody's fresh work. */
const MOST_READ = 20

type SetBack = LastWrite & { nth: number; field: string }

/**
 * Which plans, counted from 1, would give which fields the value that they had before they were last written, and who
 * wrote them. First what can be told from a change alone, for nearly all rows say something new; of the few that remain,
 * which was written last.
 */
export async function selectSetBacks(
  tx: Transaction,
  plans: readonly { accountId: number; accountVersion: number; after: Record<string, FieldValue> | null }[],
): Promise<SetBack[]> {
  return tx.rows<SetBack>(
    sql`with known as materialized (
          select distinct wanted.nth, wanted.account_id, wanted.version, f.field, f.value
          from rows from (
            unnest(
              ${plans.map(({ accountId }) => accountId)}::bigint[],
              ${plans.map(({ accountVersion }) => accountVersion)}::integer[]),
            jsonb_array_elements(${JSON.stringify(plans.map(({ after }) => after))}::jsonb))
            with ordinality as wanted (account_id, version, after, nth)
          cross join lateral (
            select c.before from change c
            where c.account_id = wanted.account_id and c.before is not null and ${WAS_WRITTEN}
            order by ${WRITTEN_VERSION} desc limit ${MOST_READ}) as c
          cross join lateral (
            select key as field, value from jsonb_each(wanted.after) where c.before->key = value offset 0) as f)
        select known.nth, known.field, write.by, write.source, write.row, write.at, write."timeZone"
        from known cross join lateral (
          select c.before, c.row_number as row, by.name as by, u.filename as source,
            ${timeZoneOf('s.organisation_id')} as "timeZone",
            (select applied_at from chunk where change_set_id = c.change_set_id and from_row <= c.row_number
              order by from_row desc limit 1) as at
          from change c join change_set s on s.id = c.change_set_id
            left join administrator by on by.id = s.confirmed_by left join upload u on u.id = s.id
          where c.account_id = known.account_id and ${WRITTEN_VERSION} <= known.version and c.after ? known.field
            and not coalesce(known.field = any(c.unwritten), false) and c.row_number <= s.mark and ${WAS_WRITTEN}
          order by ${WRITTEN_VERSION} desc limit 1) as write
        where write.before->known.field = known.value
        order by known.nth`,
  )
}
