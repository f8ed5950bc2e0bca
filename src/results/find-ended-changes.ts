import sql from 'sql-template-tag'
import { type ChangeAction, type ChangeResult, type FieldValues, OUTCOME } from '../changes/change.ts'
import type { Problem } from '../changes/problem.ts'
import type { Sight } from '../changes/sight.ts'
import { inSight } from '../changes/sight-sql.ts'
import type { Transaction } from '../database/open.ts'

/** A change of a set that has ended, with what became of it. */
export type EndedChange = {
  row: number
  localId: string | null
  person: { firstName: string | null; lastName: string | null } | null
  action: ChangeAction
  before: FieldValues | null
  after: FieldValues | null
  unwritten: string[] | null
  result: ChangeResult
  detail: string | null
  problems: Problem[] | null
}

/** The first changes of an ended set, no upload, after a row. */
export function selectEndedChanges(
  tx: Transaction,
  sight: Sight,
  id: number,
  { after, limit }: { after: number; limit: number },
): Promise<EndedChange[]> {
  return tx.rows(
    sql`select c.row_number as row, c.local_id as "localId", c.action, c.before, c.after, c.unwritten, ${OUTCOME} as result,
          c.detail, c.problems, case when a.id is not null
            then json_build_object('firstName', a.first_name, 'lastName', a.last_name) end as person
        from change c join change_set s on s.id = c.change_set_id left join account a on a.id = c.account_id
        where c.change_set_id = ${id} and c.row_number > ${after}
          and ${inSight(sight, 'c')}
        order by c.row_number limit ${limit}`,
  )
}
