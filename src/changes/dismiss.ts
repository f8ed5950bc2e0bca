import type { Actor } from '../access/actor.ts'
import type { Portal } from '../portal.ts'
import { asOnlooker } from './sight.ts'
import { insertDismissal } from './store-dismissals.ts'

/** Has the actor no longer told of a change set, until its status is another one. Of one that they can't see, nothing. */
export async function dismiss(
  portal: Portal,
  actor: Actor,
  setId: number,
  organisationId: number,
): Promise<void> {
  const { administratorId } = actor
  await asOnlooker(portal, actor, (tx, sight) =>
    insertDismissal(tx, sight, { setId, organisationId, administratorId }),
  )
}
