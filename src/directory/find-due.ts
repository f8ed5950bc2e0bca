import sql from 'sql-template-tag'
import { type Actor, asActor } from '../access/actor.ts'
import { inScope } from '../access/scope-sql.ts'
import type { Portal } from '../portal.ts'
import type { DueStatus } from './due.ts'
import { isDueWithin } from './due-sql.ts'

/** How many accounts of each status something becomes of within the days that it is announced. */
export async function findDue(
  portal: Portal,
  actor: Actor,
  organisationId: number,
): Promise<{ status: DueStatus; accounts: number }[]> {
  return asActor(portal, actor, 'read-accounts', (tx, scope) =>
    tx.rows(sql`select a.status, count(*) as accounts from account a
      where ${inScope(scope, 'a.organisation_id', organisationId)} and ${isDueWithin('announced')}
      group by a.status order by a.status desc`),
  )
}
