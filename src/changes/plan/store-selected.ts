import sql, { empty, type Sql } from 'sql-template-tag'
import type { Transaction } from '../../database/open.ts'
import { valuesOf } from '../../directory/account-values-sql.ts'
import type { FieldName, FieldValue } from '../../directory/fields.ts'
import type { AccountSelection } from '../../directory/selection.ts'
import { selectedAccounts } from '../../directory/selection-sql.ts'
import type { ChangeSet } from '../change-set.ts'
import type { Problem } from '../problem.ts'

/** One field that all accounts of a selection are to get one value for. */
export type WantedOfMany = {
  accounts: AccountSelection
  field: FieldName
  value: FieldValue
  /** By an account's status, why it can't be. */
  refusals: Readonly<Record<string, Problem>>
  /** Why it can't be with accounts that were deleted before a time. */
  deletedBefore?: { at: Date; refusal: Problem }
  /** Whether to tell of those who would administer the organisation no more. */
  takesRoles: boolean
}

/**
 * Stores what would become of the accounts that are selected: a row for each of them, and for each that was named and
 * isn't there.
 * @returns how many rows there are
 */
export function planSelected(
  tx: Transaction,
  { id, organisationId }: ChangeSet,
  wanted: WantedOfMany,
): Promise<number> {
  const { accounts, field, value } = wanted
  const values = (of: Sql) => sql`jsonb_build_object(${field}::text, ${of})`
  return tx.run(
    sql`with selected as materialized (${selectedAccounts(accounts, organisationId)}),
        found as (
          select selected.place, selected.asked, a.id, a.version, a.local_id, a.status, a.status_changed_at,
            ${valuesOf([field])}->${field}::text as now
          from selected left join account a on a.id = selected.id and a.organisation_id = ${organisationId}),
        judged as (
          select found.*, ${JSON.stringify(value)}::jsonb as wanted, ${refusal(wanted)} as refusal from found)
        insert into change (change_set_id, organisation_id, row_number, action, account_id, account_version, local_id,
          before, after, problems)
        select ${id}::bigint, ${organisationId}::integer, place,
          case when refusal is not null then 'error' when now = wanted then 'unchanged' else 'update' end,
          id, version, coalesce(local_id${'localIds' in accounts ? sql`, asked` : empty}),
          case when refusal is null and now <> wanted then ${values(sql`now`)} end,
          case when refusal is null and now <> wanted then ${values(sql`wanted`)} end,
          case when refusal is not null then jsonb_build_array(refusal)
            when now <> wanted then ${warnings(wanted, organisationId)} end
        from judged`,
  )
}

function refusal({ accounts, refusals, deletedBefore }: WantedOfMany): Sql {
  const tooLate = deletedBefore
    ? sql`when status = 'Deleted' and status_changed_at < ${deletedBefore.at}
        then ${JSON.stringify(deletedBefore.refusal)}::jsonb`
    : empty
  return sql`case when id is null then ${nobody(accounts)} ${tooLate}
    else ${JSON.stringify(refusals)}::jsonb->status end`
}

/** The problem of what was named and isn't there, in words that tell nothing of other organisations. */
function nobody(accounts: AccountSelection): Sql {
  const [code, column, what] =
    'ids' in accounts ? ['unknown-id', 'ID', 'ID'] : ['unknown-local-id', 'Local ID', 'local ID']
  return sql`jsonb_build_object('code', ${code}::text, 'column', ${column}::text, 'severity', 'error', 'value', asked,
    'message', ${`Nobody in this organisation has the ${what} “`}::text || asked || '”. Check it, or leave it out.')`
}

function warnings({ takesRoles }: WantedOfMany, organisationId: number): Sql {
  if (!takesRoles) return sql`null::jsonb`
  return sql`(select jsonb_agg(distinct jsonb_build_object('code', 'loses-role', 'column', null, 'severity', 'warning',
      'value', d.address, 'message', 'They administer this organisation as ' || d.address || '. They will not any more.'))
    from address d join administrator on email_key = d.address_key
      join administrator_role r on r.administrator_id = administrator.id and r.organisation_id = ${organisationId}
    where d.account_id = judged.id)`
}

/** What was asked for of a set, as it was stored. */
export async function selectAsked<Asked>(tx: Transaction, id: number): Promise<Asked> {
  const found = await tx.row<{ asked: Asked }>(
    sql`select selection as asked from change_set where id = ${id}`,
  )
  return (found as { asked: Asked }).asked
}

/** Which accounts were asked for stands in the rows of the plan by now. */
export async function forgetSelection(tx: Transaction, id: number): Promise<void> {
  await tx.run(sql`update change_set set selection = selection - 'accounts' where id = ${id}`)
}
