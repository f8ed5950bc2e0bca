import sql from 'sql-template-tag'
import { type Actor, may } from '../access/actor.ts'
import { findChangeSet } from '../changes/find-change-sets.ts'
import { displayName } from '../directory/address-name.ts'
import { selectOrganisations } from '../directory/store.ts'
import type { Portal } from '../portal.ts'
import { proposal } from './planned-sql.ts'
import type { Places } from './read-places.ts'
import { selectTransfer } from './store.ts'

/** What the other side of a transfer sees of somebody who would come, besides what the plan says. */
export type AskedPerson = {
  name: string
  jobTitle: string | null
  /** The local ID to have there, of somebody whose own is taken: as planned, or a new proposal where that is taken by now. */
  localId: string | null
}

export type Asked = { people: Map<number, AskedPerson>; planned: Places }

/**
 * Of people whom an organisation is asked to take, the names, job titles and clashing local IDs, by account, and where they
 * would go as planned: while it is asked, and to who may agree for it. Nobody else, and nothing before or afterwards.
 * @returns null where it isn't asked
 * @throws NotFound for a set that the actor doesn't see
 */
export async function findAsked(
  portal: Portal,
  actor: Actor,
  changeSetId: number,
  accountIds: readonly number[],
): Promise<Asked | null> {
  const { kind, status, counterpart, organisation } = await findChangeSet(portal, actor, changeSetId)
  if (kind !== 'transfer' || status !== 'awaiting-agreement') return null
  if (counterpart === null || !may(actor, 'agree', counterpart.id)) return null
  const sides = [organisation.id, counterpart.id]
  return portal.database.transaction(sides, async (tx) => {
    const organisations = await selectOrganisations(tx, sides, {})
    const side = (id: number) =>
      organisations.find((each) => each.id === id) as (typeof organisations)[number]
    const rows = await tx.rows<{
      id: number
      firstName: string | null
      lastName: string | null
      jobTitle: string | null
      localId: string | null
    }>(
      sql`with movers as (
            select a.id, a.first_name, a.last_name, a.job_title, a.local_id, a.local_id_key, c.after->>'localId' as planned,
              coalesce(c.local_id_key, a.local_id_key) as key
            from change c join change_set s on s.id = c.change_set_id join account a on a.id = c.account_id
            where s.id = ${changeSetId} and s.status = 'awaiting-agreement' and c.counterpart_id = ${counterpart.id}
              and a.organisation_id = ${organisation.id} and a.id = any(${[...accountIds]}::bigint[])),
          wished as (
            select movers.*, null::text as typed, exists (select from account other
              where other.organisation_id = ${counterpart.id} and other.local_id_key = movers.key) as is_taken
            from movers)
          select id, first_name as "firstName", last_name as "lastName", job_title as "jobTitle",
            case when is_taken then coalesce(p.text, '') else planned end as "localId"
          from wished ${proposal(side(organisation.id), side(counterpart.id))}`,
    )
    const { site, organisationalUnit } = await selectTransfer(tx, changeSetId)
    return {
      planned: { site, organisationalUnit },
      people: new Map(
        rows.map(({ id, jobTitle, localId, ...names }) => [
          id,
          { name: displayName(names, organisation.code), jobTitle, localId },
        ]),
      ),
    }
  })
}
