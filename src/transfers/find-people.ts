import sql from 'sql-template-tag'
import { type Actor, asActor, requirePermission } from '../access/actor.ts'
import { type AccountSelection, tidySelection } from '../directory/selection.ts'
import { selectedAccounts } from '../directory/selection-sql.ts'
import type { Portal } from '../portal.ts'

/** So many are named; of the others only how many there are is told. */
const MOST_NAMED = 10

type Person = { id: number; localId: string | null; firstName: string | null; lastName: string | null }

/**
 * Whom a transfer would be about, before it is begun.
 * @returns how many of the selected people there are, and the first of them
 * @throws NotFound, Forbidden; InvalidInput where nobody or too many are named
 */
export async function findPeople(
  portal: Portal,
  actor: Actor,
  organisationId: number,
  accounts: AccountSelection,
): Promise<{ total: number; first: Person[] }> {
  const selection = tidySelection(accounts)
  return asActor(portal, actor, 'read-accounts', async (tx) => {
    requirePermission(actor, 'transfer', organisationId)
    await tx.setScope([organisationId])
    const found = await tx.rows<Person & { total: number }>(
      sql`select a.id, a.local_id as "localId", a.first_name as "firstName", a.last_name as "lastName",
            count(*) over () as total
          from (${selectedAccounts(selection, organisationId)}) as s join account a on a.id = s.id
          order by s.place limit ${MOST_NAMED}`,
    )
    return {
      total: found[0]?.total ?? 0,
      first: found.map(({ total: _total, ...person }) => person),
    }
  })
}
