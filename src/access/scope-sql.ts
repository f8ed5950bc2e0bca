import sql, { raw, type Sql } from 'sql-template-tag'
import type { Scope } from '../database/open.ts'

/**
 * The condition that holds a query to the organisations in scope, or to one of them.
 * @param column the organisation's column, as written in the query
 * @param only the one that is asked for. In a condition of its own PostgreSQL would expect far fewer rows than there are
 */
export function inScope(scope: Scope, column: string, only?: number): Sql {
  if (only !== undefined) {
    const isInScope = scope === 'everything' || scope.includes(only)
    return isInScope ? sql`${raw(column)} = ${only}` : sql`false`
  }
  return scope === 'everything' ? sql`true` : sql`${raw(column)} = any(${[...scope]}::integer[])`
}
