import sql, { raw, type Sql } from 'sql-template-tag'
import { inScope } from '../access/scope-sql.ts'
import type { Scope } from '../database/open.ts'
import { SEEN_BY_MAKERS, type Sight } from './sight.ts'

/**
 * The condition that somebody sees a change set `s`, or one of its changes.
 * @param of whose columns say which organisations it touches: the set's own, or those of the change `c`
 * @param only the organisation that is asked for
 */
export function inSight({ every, own }: Sight, of: 's' | 'c' = 's', only?: number): Sql {
  const either = (scope: Scope) =>
    sql`${inScope(scope, `${of}.organisation_id`, only)} or ${inScope(scope, `${of}.counterpart_id`, only)} and s.is_shared`
  if (covers(every, own)) return sql`(${either(every)})`
  return sql`(${either(every)} or s.permission = ${raw(`'${SEEN_BY_MAKERS}'`)} and (${either(own)}))`
}

function covers(every: Scope, own: Scope): boolean {
  return every === 'everything' || (own !== 'everything' && own.every((id) => every.includes(id)))
}
