import { raw, type Sql } from 'sql-template-tag'
import { UNLISTED_STATUSES } from './account.ts'

/**
 * The condition that an account is there for people: neither withdrawn nor removed.
 * @param account what the query calls it
 */
export function isListed(account: string): Sql {
  return raw(`${account}.status not in (${UNLISTED_STATUSES.map((status) => `'${status}'`).join(', ')})`)
}
