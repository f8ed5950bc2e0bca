import sql from 'sql-template-tag'
import type { Portal } from '../portal.ts'
import { type Actor, scopeFor } from './actor.ts'
import { inScope } from './scope-sql.ts'

export type OrganisationInScope = { id: number; code: string; name: string }

/** The organisations that an administrator works for, closed ones left out, by name. */
export function organisationsInScope(portal: Portal, actor: Actor): Promise<OrganisationInScope[]> {
  const scope = scopeFor(actor, 'read-accounts')
  return portal.database.transaction(scope, (tx) =>
    tx.rows<OrganisationInScope>(sql`
      select id, code, name from organisation
      where closed_at is null and ${inScope(scope, 'id')} order by name, code`),
  )
}
