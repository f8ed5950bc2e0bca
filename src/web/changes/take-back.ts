import { may } from '../../access/actor.ts'
import type { ShownChangeSet } from '../../changes/find-change-sets.ts'
import { permissionFor } from '../../changes/kinds.ts'
import { isEnded } from '../../changes/status.ts'
import type { PageRequest } from '../request.ts'
import { fieldsToChoose } from './change-set-words.ts'

/** Whether this may be taken back, and whether it was. */
export function takeBackOf({ actor }: PageRequest, set: ShownChangeSet) {
  const { updated, created, withdrawn } = set.results
  const wrote = isEnded(set.status) && updated + created + withdrawn > 0
  return {
    id: set.id,
    may: wrote && may(actor, permissionFor(set), set.organisation.id),
    choice: choiceOf(set),
    undoneBy: set.undoneBy,
  }
}

/** What can be chosen, where not all of it is to go back; null where it is one thing. */
function choiceOf(set: ShownChangeSet): string | null {
  if (set.counts.rows > 1) return 'some accounts or fields'
  return fieldsToChoose(set).length > 1 ? 'some fields' : null
}
