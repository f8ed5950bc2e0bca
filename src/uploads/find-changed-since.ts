import sql from 'sql-template-tag'
import { type Actor, asActor } from '../access/actor.ts'
import { inScope } from '../access/scope-sql.ts'
import type { Portal } from '../portal.ts'

/** Beyond so many changes by others nobody needs a number any more. */
const MOST_LOOKED_AT = 10_000

/**
 * How many of the accounts that a plan is about have changed since it was made. Found by what others have applied since:
 * that is little, however many rows the plan has.
 */
export function countChangedSince(portal: Portal, actor: Actor, id: number): Promise<number> {
  return asActor(portal, actor, 'read-uploads', async (tx, scope) => {
    const found = await tx.row<{ count: number }>(
      sql`with changed as materialized (
            select distinct d.account_id from change_set s
            join chunk k on k.organisation_id = s.organisation_id and k.applied_at >= s.created_at and k.change_set_id <> s.id
            join change d on d.change_set_id = k.change_set_id and d.row_number between k.from_row and k.to_row
            where s.id = ${id} and ${inScope(scope, 's.organisation_id')} and d.account_id is not null
            limit ${MOST_LOOKED_AT})
          select count(*) from changed
          cross join lateral (
            select c.account_version from change c
            where c.account_id = changed.account_id and c.change_set_id = ${id} and c.account_version is not null limit 1) as c
          join account a on a.id = changed.account_id
          where a.version <> c.account_version`,
    )
    return found?.count ?? 0
  })
}
