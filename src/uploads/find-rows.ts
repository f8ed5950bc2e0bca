import sql, { empty, type Sql } from 'sql-template-tag'
import type { Actor } from '../access/actor.ts'
import { inScope } from '../access/scope-sql.ts'
import {
  type ChangeAction,
  type ChangeResult,
  choicesOf,
  type FieldValues,
  OUTCOME,
  REACHED_ACCOUNT,
  toldFields,
  WAS_WRITTEN,
} from '../changes/change.ts'
import type { ChangeSet } from '../changes/change-set.ts'
import { asOnlooker, requireSight, type Sight } from '../changes/sight.ts'
import { inSight } from '../changes/sight-sql.ts'
import { valuesOf } from '../directory/account-values-sql.ts'
import { displayName } from '../directory/address-name.ts'
import { PERSON_FIELDS } from '../directory/fields.ts'
import { NotFound } from '../errors.ts'
import type { Portal } from '../portal.ts'
import type { StoredProblem } from './problem-kinds.ts'
import { hasProblem, hasWarning, withProblems } from './store-problems.ts'
import type { UploadRow } from './upload.ts'

export type WantedRows = {
  action?: ChangeAction | undefined
  result?: ChangeResult | undefined
  /** Rows that were written to their accounts. */
  written?: boolean | undefined
  /** Rows that change this field. */
  field?: string | undefined
  /** Rows with a problem of this code. */
  problem?: string | undefined
  /** Rows with a warning. */
  warned?: boolean | undefined
  /** The last row number of the page before. */
  after?: number | undefined
  /** Or the first one of the page behind. */
  before?: number | undefined
  limit: number
}

/**
 * A change set's rows in their order: what its plan says, and their outcomes where they were reached.
 * @throws NotFound for a set that isn't there or is out of scope
 */
export function findRows(
  portal: Portal,
  actor: Actor,
  id: number,
  wanted: WantedRows,
): Promise<{ rows: UploadRow[]; next: number | null }> {
  const backwards = wanted.before !== undefined
  return asOnlooker(portal, actor, async (tx, sight) => {
    const scope = sight.any
    const set = await tx.row<
      Pick<ChangeSet, 'organisationId' | 'counterpartId' | 'permission'> & { code: string }
    >(
      sql`select o.code, s.organisation_id as "organisationId", s.counterpart_id as "counterpartId", s.permission
          from change_set s join organisation o on o.id = s.organisation_id
          where s.id = ${id} and (${inScope(scope, 's.organisation_id')} or ${inScope(scope, 's.counterpart_id')} and s.is_shared)`,
    )
    if (!set) throw new NotFound('There is no such change.')
    requireSight(sight, set)
    const found = await tx.rows<Omit<RowRecord, 'problems'> & { problems: StoredProblem[] | null }>(
      sql`${ROW} where c.change_set_id = ${id}
          and ${inSight(sight, 'c')} ${conditions(sight, id, wanted)}
        order by c.row_number ${backwards ? sql`desc` : empty} limit ${wanted.limit + (backwards ? 0 : 1)}`,
    )
    const ofPage = backwards ? found.reverse() : found.slice(0, wanted.limit)
    const rows = (await withProblems(tx, scope, id, ofPage)).map((row) => toRow(row, set.code))
    const hasNext = backwards ? rows.length > 0 : found.length > wanted.limit
    return { rows, next: hasNext ? (rows.at(-1)?.row ?? null) : null }
  })
}

function conditions(
  { any: scope }: Sight,
  uploadId: number,
  { action, result, written, field, problem, warned, after, before }: WantedRows,
): Sql {
  return sql`
    ${action === undefined ? empty : sql`and c.action = ${action}`}
    ${result === undefined ? empty : sql`and ${OUTCOME} = ${result}`}
    ${written ? sql`and c.row_number <= s.mark and ${WAS_WRITTEN}` : empty}
    ${field === undefined ? empty : sql`and c.after ? ${field}`}
    ${problem === undefined ? empty : sql`and ${hasProblem(scope, uploadId, problem)}`}
    ${warned ? sql`and ${hasWarning(scope, uploadId)}` : empty}
    ${before === undefined ? empty : sql`and c.row_number < ${before}`}
    ${after === undefined ? empty : sql`and c.row_number > ${after}`}`
}

type Person = { firstName: string | null; lastName: string | null }

type RowRecord = Omit<UploadRow, 'name' | 'changes' | 'similar' | 'choices'> & {
  hasUpdate: boolean
  before: FieldValues | null
  after: FieldValues | null
  /** As it is now, wherever that is. */
  account: (Person & { organisation: string }) | null
  similar:
    | (Person & Pick<NonNullable<UploadRow['similar']>, 'id' | 'localId' | 'address' | 'status' | 'values'>)
    | null
}

const ROW: Sql = sql`
  select c.row_number as row, c.action, c.local_id as "localId", c.before, c.after, c.problems, c.decision,
    c.similar_row as "similarRow", c.alternative is not null and c.repairs is null as "hasUpdate",
    c.detail, ${OUTCOME} as result,
    ${REACHED_ACCOUNT} as "accountId",
    case when a.id is not null
      then json_build_object('firstName', a.first_name, 'lastName', a.last_name, 'organisation',
        (select code from organisation where id = a.organisation_id)) end as account,
    case when similar_account.id is not null then json_build_object(
      'id', similar_account.id, 'localId', similar_account.local_id, 'address', similar_address.address,
      'status', similar_account.status, 'values', ${valuesOf(PERSON_FIELDS, 'similar_account')},
      'firstName', similar_account.first_name, 'lastName', similar_account.last_name) end as similar
  from change c
  join change_set s on s.id = c.change_set_id
  left join account a on a.id = c.account_id
  left join account similar_account on similar_account.id = c.similar_account_id
  left join address similar_address on similar_address.account_id = similar_account.id and similar_address.is_primary`

function toRow(
  { before, after, account, similar, hasUpdate, ...row }: RowRecord,
  organisationCode: string,
): UploadRow {
  const person = account ?? (after as Person | null)
  return {
    ...row,
    choices: choicesOf(row.action).filter((choice) => choice !== 'update' || hasUpdate),
    name:
      person && (person.firstName || person.lastName)
        ? displayName(person, account?.organisation ?? organisationCode)
        : null,
    changes: toldFields({ action: row.action, after }).map(([field, value]) => ({
      field,
      old: before?.[field] ?? null,
      new: value,
    })),
    similar: similar
      ? {
          id: similar.id,
          localId: similar.localId,
          name: displayName(similar, organisationCode),
          address: similar.address,
          status: similar.status,
          values: similar.values,
        }
      : null,
  }
}
