import { asActor } from '../../src/access/actor.ts'
import type { Random } from '../../src/demo/random.ts'
import type { Portal } from '../../src/portal.ts'
import { makeOrganisation } from '../support/fresh-portal.ts'
import type { Sender } from '../support/take-upload.ts'
import type { Known } from './check-damage.ts'
import { makePeople } from './people.ts'

const PEOPLE = 300

/** An organisation of people whom damage can be done to. */
export async function makeKnown(
  portal: Portal,
  code: string,
  chance: Random,
): Promise<Known & { sender: Sender }> {
  const { actor } = await makeOrganisation(portal, code)
  const sender = { portal, actor, code }
  const people = await makePeople(sender, chance, PEOPLE)
  const rows = await asActor(portal, actor, 'read-accounts', (tx) =>
    tx.query('select id::integer, local_id from account where local_id is not null'),
  )
  const ids = new Map(
    (rows.rows as { id: number; local_id: string }[]).map(({ id, local_id }) => [local_id, id]),
  )
  return { sender, people, ids }
}
