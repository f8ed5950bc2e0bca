import { type Actor, asActor, requirePermission } from '../access/actor.ts'
import { BULK_ACTIONS, type BulkAction, type Deed } from '../changes/bulk-actions.ts'
import type { ChangeSet } from '../changes/change-set.ts'
import { insertChangeSet, lockChangeSet } from '../changes/store.ts'
import type { FieldValue } from '../directory/fields.ts'
import { type AccountSelection, MOST_NAMED, tidySelection } from '../directory/selection.ts'
import { openOrganisation } from '../edits/open-organisation.ts'
import type { Portal } from '../portal.ts'
import { type Asked, planNow } from './plan.ts'
import { readSetting } from './read-setting.ts'

/** What is wanted of some accounts of one organisation. `field` and `value` are of `set` alone. */
export type WantedAction = {
  organisation: { id: number } | { code: string }
  action: BulkAction
  field?: string | undefined
  /** As it was given; null, like an empty text, empties the field. */
  value?: FieldValue | undefined
  accounts: AccountSelection
}

/** So few accounts are planned while their person waits. */
const AT_ONCE = 100

/**
 * Begins a bulk action. Its plan is made in the background, of some accounts that are named at once, and is then looked
 * at and confirmed as any other.
 * @returns the ID of the change set
 * @throws NotFound, Forbidden; Conflict for an organisation that is closed; InvalidInput where nobody is selected, or
 *   for a field or value that can't be set
 */
export async function startAction(
  portal: Portal,
  actor: Actor,
  { organisation: by, action, field, value, accounts }: WantedAction,
): Promise<number> {
  const selection = tidySelection(accounts)
  const { permission } = BULK_ACTIONS[action]
  return asActor(portal, actor, 'read-accounts', async (tx, scope) => {
    const organisation = await openOrganisation(portal, tx, actor, scope, by, permission)
    if ('filter' in selection && selection.filter.notInUpload !== undefined)
      requirePermission(actor, 'read-uploads', organisation.id)
    const deed: Deed =
      action === 'set'
        ? { action, ...readSetting({ field, value }, organisation.rules, organisation) }
        : { action }
    const asked: Asked = { ...deed, accounts: selection }
    const id = await insertChangeSet(tx, {
      ...{ kind: 'action', status: 'checking', permission, selection: asked },
      ...{ organisationId: organisation.id, by: actor.administratorId, at: portal.clock.now() },
    })
    const rows = numberOf(selection)
    if (rows <= AT_ONCE) {
      const set = (await lockChangeSet(tx, [organisation.id], id)) as ChangeSet
      await planNow(portal, tx, set)
      return id
    }
    const about = { organisationId: organisation.id, by: actor.administratorId }
    await portal.queue.send(tx, 'plan-action', { changeSetId: id, ...about, rows })
    return id
  })
}

/** How many a filter matches isn't known yet: it is taken for a large number. */
function numberOf(selection: AccountSelection): number {
  if ('filter' in selection) return MOST_NAMED
  return 'ids' in selection ? selection.ids.length : selection.localIds.length
}
