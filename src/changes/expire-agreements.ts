import type { Portal } from '../portal.ts'
import { move } from './move.ts'
import { lockChangeSet } from './store.ts'
import { takeOverdue } from './store-agreement.ts'
import { tellAnswer } from './tell-answer.ts'

/**
 * Ends every plan to which nobody agreed in time, each in a transaction of its own: one that fails holds up no other, and
 * is tried again an hour later.
 */
export async function expireAgreements(
  portal: Portal,
  { signal }: { signal?: AbortSignal } = {},
): Promise<void> {
  for (let after: number | undefined = 0; after !== undefined; ) {
    signal?.throwIfAborted()
    after = await expireNext(portal, after)
  }
}

async function expireNext(portal: Portal, after: number): Promise<number | undefined> {
  let id: number | undefined
  try {
    await portal.database.transaction('everything', async (tx) => {
      id = await takeOverdue(tx, { now: portal.clock.now(), after })
      const set = id === undefined ? undefined : await lockChangeSet(tx, 'everything', id)
      if (set === undefined) return
      await move(portal, tx, set, 'expired')
      await tellAnswer(portal, tx, set, 'expired')
      portal.log.info({ changeSet: id }, 'nobody agreed in time')
    })
  } catch (error) {
    if (id === undefined) throw error
    portal.log.error({ changeSet: id, err: error }, 'an agreement could not be ended')
  }
  return id
}
