import sql, { raw, type Sql } from 'sql-template-tag'
import type { Scope } from '../database/open.ts'

/**
 * The condition that holds a query to the organisations in scope.
 * @param column the organisation's column, as written in the query
 */
export function inScope(scope: Scope, column: string): Sql {
  return scope === 'everything' ? sql`true` : sql`${raw(column)} = any(${[...scope]}::integer[])`
}
