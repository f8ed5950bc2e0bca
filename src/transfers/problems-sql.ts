import sql, { join, type Sql } from 'sql-template-tag'
import { labelOf } from '../directory/fields.ts'
import type { Organisation } from '../directory/store.ts'

/**
 * What is to be said of a row of a plan, the first thing that is true: null where nothing is. Of a query with the columns
 * that `planned-sql.ts` names.
 */
export function problemOf(from: Organisation, to: Organisation): Sql {
  const [here, there] = [from, to].map(({ name, code }) => sql`${`${name} (${code})`}::text`)
  return sql`case
    when id is null then ${problem({ code: 'nobody', value: sql`asked` }, [
      ...[sql`'Nobody at '`, here as Sql, sql`' has the local ID or number “'`, sql`asked`],
      sql`'”. Look for them in the list of people.'`,
    ])}
    when status = 'Leaver' then ${problem({ code: 'has-left' }, [
      WHO,
      sql`' has left, so they can’t be transferred. Their new organisation takes them on: “Take on a leaver”, on the page People.'`,
    ])}
    when status = 'Deleted' then ${problem({ code: 'was-deleted' }, [
      WHO,
      sql`' was deleted. Restore the account first, then transfer it.'`,
    ])}
    when is_taken and typed is not null then ${problem(
      { code: 'local-id-taken', column: 'localId', value: sql`typed` },
      [
        ...[
          sql`'The local ID “'`,
          sql`typed`,
          sql`'” is taken at '`,
          there as Sql,
          sql`'. Type another one.'`,
        ],
      ],
    )}
    when is_taken and proposal is null then ${problem(
      { code: 'local-id-taken', column: 'localId', value: sql`local_id` },
      [
        ...[sql`'The local ID “'`, sql`local_id`, sql`'” is taken at '`, there as Sql],
        sql`', and no other could be made of it. Type a new one.'`,
      ],
    )}
    when is_taken then ${problem(
      { code: 'new-local-id', column: 'localId', value: sql`local_id`, severity: 'warning' },
      [
        ...[sql`'The local ID “'`, sql`local_id`, sql`'” is taken at '`, there as Sql],
        ...[sql`', so “'`, sql`proposal`, sql`'” is proposed. Type another one if you like.'`],
      ],
    )} end`
}

/** Of two who would have the same local ID at the target. */
export const TWICE: Sql = problem({ code: 'local-id-twice', column: 'localId', value: sql`id_then` }, [
  ...[sql`'Somebody else of this transfer would have the local ID “'`, sql`id_then`],
  sql`'” too. Type another one.'`,
])

const WHO: Sql = sql`coalesce(name, 'Account ' || id)`

type Told = { code: string; column?: string; value?: Sql; severity?: 'error' | 'warning' }

function problem({ code, column, value, severity = 'error' }: Told, parts: readonly Sql[]): Sql {
  const label = column === undefined ? null : labelOf(column)
  return sql`jsonb_build_object('column', ${label}::text, 'code', ${code}::text, 'severity', ${severity}::text,
    'value', ${value ?? sql`null::text`}, 'message', concat(${join(parts)}))`
}
