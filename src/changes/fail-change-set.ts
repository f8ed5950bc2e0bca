import type { Portal } from '../portal.ts'
import type { Reason } from '../queue/given-up.ts'
import type { ChangeSet } from './change-set.ts'
import type { ChangeSetJob } from './lease-change-set.ts'
import { move } from './move.ts'
import type { Status } from './status.ts'
import { lockChangeSet } from './store.ts'

/**
 * Ends a change set whose job was given up.
 * @param at where the job may have left it: a set that has come elsewhere, cancelled say, stays as it is
 */
export async function failChangeSet(
  portal: Portal,
  { changeSetId, organisationId }: ChangeSetJob,
  at: readonly Status[],
  reason: (set: ChangeSet) => Reason,
): Promise<void> {
  const scope = [organisationId]
  await portal.database.transaction(scope, async (tx) => {
    const set = await lockChangeSet(tx, scope, changeSetId)
    if (set && at.includes(set.status)) await move(portal, tx, set, 'failed', reason(set))
  })
}
