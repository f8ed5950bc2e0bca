import { applyChangeSet } from '../../src/changes/apply/apply.ts'
import type { Confirming } from './settle.ts'
import type { World } from './world.ts'

/** Has a plan applied while somebody has no role any more, who gets all of them back afterwards. */
export async function applyWithout(
  { portal, client }: World,
  { id, home }: Pick<Confirming, 'id' | 'home'>,
  administratorId: number,
): Promise<void> {
  const { rows } = await client.query(
    'delete from administrator_role where administrator_id = $1 returning *',
    [administratorId],
  )
  if (rows.length === 0) throw new Error(`administrator ${administratorId} has no role to lose`)
  await applyChangeSet(portal, { data: { changeSetId: id, organisationId: home.id } })
  await client.query(
    'insert into administrator_role select * from jsonb_populate_recordset(null::administrator_role, $1::jsonb)',
    [JSON.stringify(rows)],
  )
}
