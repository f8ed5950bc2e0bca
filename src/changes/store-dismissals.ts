import sql from 'sql-template-tag'
import type { Transaction } from '../database/open.ts'
import type { Sight } from './sight.ts'
import { inSight } from './sight-sql.ts'

/** Notes that somebody doesn't want to be told of a set as it is; nothing where they don't see it. */
export function insertDismissal(
  tx: Transaction,
  sight: Sight,
  {
    setId,
    organisationId,
    administratorId,
  }: { setId: number; organisationId: number; administratorId: number },
): Promise<number> {
  return tx.run(sql`insert into dismissal (administrator_id, change_set_id, status, organisation_id)
    select ${administratorId}::integer, s.id, s.status, ${organisationId}::integer from change_set s
    where s.id = ${setId} and ${inSight(sight, 's', organisationId)}
    on conflict do nothing`)
}
