import { may } from '../../access/actor.ts'
import { BULK_ACTION_NAMES, BULK_ACTIONS, type BulkAction } from '../../changes/bulk-actions.ts'
import { type AccountStatus, hasGone } from '../../directory/account.ts'
import type { PageRequest } from '../request.ts'
import type { Asked } from './asked.ts'

/** What stands in the bar itself; the others unfold. */
const FIRST: readonly BulkAction[] = ['disable', 'leaver', 'restore']

/** What this person may do with those who are selected in a list of these statuses. */
export function barOf({ actor, organisation }: PageRequest, { statuses }: Asked) {
  const possible = BULK_ACTION_NAMES.filter(
    (name) =>
      !organisation.closed &&
      may(actor, BULK_ACTIONS[name].permission, organisation.id) &&
      reaches(name, statuses),
  )
  const shown = possible.map((name) => ({
    name,
    text: BULK_ACTIONS[name].choice,
    isFirst: FIRST.includes(name),
  }))
  const first = shown.filter(({ isFirst }) => isFirst)
  const more = shown.filter(({ isFirst }) => !isFirst)
  const mayTransfer = may(actor, 'transfer', organisation.id) && statuses.some((each) => !hasGone(each))
  return { mayTransfer, first, more, isEmpty: !mayTransfer && shown.length === 0 }
}

function reaches(name: BulkAction, statuses: readonly AccountStatus[]): boolean {
  const from: readonly AccountStatus[] | undefined = BULK_ACTIONS[name].status?.from
  return statuses.some((status) => (from ? from.includes(status) : !hasGone(status)))
}
