import sql from 'sql-template-tag'
import { type Actor, may } from '../access/actor.ts'
import { findChangeSet } from '../changes/find-change-sets.ts'
import { displayName } from '../directory/address-name.ts'
import type { Portal } from '../portal.ts'

/** What the other side of a transfer sees of somebody who would come, besides what the plan says. */
export type AskedPerson = { name: string; jobTitle: string | null }

/**
 * Of people whom an organisation is asked to take, the names and job titles, by account: while it is asked, and to who
 * may agree for it. Nobody else, and nothing before or afterwards.
 * @throws NotFound for a set that the actor doesn't see
 */
export async function findAsked(
  portal: Portal,
  actor: Actor,
  changeSetId: number,
  accountIds: readonly number[],
): Promise<Map<number, AskedPerson>> {
  const { status, counterpart, organisation } = await findChangeSet(portal, actor, changeSetId)
  if (status !== 'awaiting-agreement' || counterpart === null || !may(actor, 'agree', counterpart.id))
    return new Map()
  const rows = await portal.database.transaction([organisation.id, counterpart.id], (tx) =>
    tx.rows<{ id: number; firstName: string | null; lastName: string | null; jobTitle: string | null }>(
      sql`select a.id, a.first_name as "firstName", a.last_name as "lastName", a.job_title as "jobTitle"
          from change c join change_set s on s.id = c.change_set_id join account a on a.id = c.account_id
          where s.id = ${changeSetId} and s.status = 'awaiting-agreement' and c.counterpart_id = ${counterpart.id}
            and a.organisation_id = ${organisation.id} and a.id = any(${[...accountIds]}::bigint[])`,
    ),
  )
  return new Map(
    rows.map(({ id, jobTitle, ...names }) => [id, { name: displayName(names, organisation.code), jobTitle }]),
  )
}
