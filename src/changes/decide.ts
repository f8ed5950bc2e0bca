import type { Actor } from '../access/actor.ts'
import { Conflict, InvalidInput } from '../errors.ts'
import type { Portal } from '../portal.ts'
import type { Decision } from './change.ts'
import { holdChangeSet } from './hold-change-set.ts'
import { noteDecisions } from './store.ts'

/**
 * Says of possible duplicates whether they are to be created: row by row, or all. Until then they are left out.
 * @throws NotFound, Forbidden; Conflict once the change set is confirmed; InvalidInput for a row that is none
 */
export async function decide(
  portal: Portal,
  actor: Actor,
  id: number,
  decisions: { rows: readonly { row: number; decision: Decision }[] } | { all: Decision },
): Promise<void> {
  await holdChangeSet(portal, actor, id, async (tx, set) => {
    if (set.status !== 'checked') {
      throw new Conflict('Possible duplicates can only be decided between the check and the confirmation.')
    }
    const undecided = await noteDecisions(tx, id, decisions)
    if (undecided.length > 0) {
      throw new InvalidInput(`No possible duplicate: row ${undecided.join(', row ')}. Nothing was decided.`, {
        field: 'rows',
        code: 'no-possible-duplicate',
      })
    }
  })
}
