import { type Actor, asActor, may, scopeFor } from '../access/actor.ts'
import type { FieldValue } from '../directory/fields.ts'
import { NotFound } from '../errors.ts'
import type { Portal } from '../portal.ts'
import { fieldsInOrder } from './change.ts'
import { type AppliedChange, findAppliedChanges, seePastOf } from './find-history.ts'
import type { Kind } from './kinds.ts'

/** One field that was changed. An account's creation is an entry of the field `account`. */
export type HistoryEntry = {
  at: Date
  by: string
  field: string
  old: FieldValue
  new: FieldValue
  /** What made it. */
  kind: Kind
  /** The change set that made it, where the reader may see that set. */
  changeSet: number | null
  /** The same, where it is an upload. */
  upload: number | null
  filename: string | null
  row: number | null
}

/**
 * What was changed on an account, newest first: the applied changes themselves, so history can't differ from what was
 * written. `limit` counts changes, each of which may be several entries.
 * @throws NotFound for an account that isn't there or is out of scope
 */
export async function accountHistory(
  portal: Portal,
  actor: Actor,
  accountId: number,
  page: { after?: string | undefined; limit: number },
): Promise<{ entries: HistoryEntry[]; next: string | null }> {
  return asActor(portal, actor, 'read-accounts', async (tx, scope) => {
    if (!(await seePastOf(tx, scope, accountId))) throw new NotFound('There is no such account.')
    const setScope = may(actor, 'read-uploads') ? scopeFor(actor, 'read-uploads') : null
    const found = await findAppliedChanges(tx, accountId, setScope, {
      before: readPosition(page.after),
      limit: page.limit + 1,
    })
    const shown = found.slice(0, page.limit)
    const last = shown.at(-1)
    return {
      entries: shown.flatMap(entriesOf),
      next: found.length > page.limit && last ? `${last.at.getTime()}-${last.changeSetId}` : null,
    }
  })
}

function entriesOf(change: AppliedChange): HistoryEntry[] {
  const changeSet = change.setVisible ? change.changeSetId : null
  const common = {
    at: change.at,
    by: change.by,
    kind: change.kind,
    changeSet,
    upload: change.kind === 'upload' ? changeSet : null,
    filename: change.filename,
    row: change.filename === null ? null : change.row,
  }
  const fields = fieldsInOrder(change.after)
    .filter(([field]) => !change.unwritten?.includes(field))
    .map(([field, value]) => ({ ...common, field, old: change.before?.[field] ?? null, new: value }))
  return change.action !== 'update' && change.action !== 'withdraw'
    ? [{ ...common, field: 'account', old: null, new: 'created' }, ...fields]
    : fields
}

function readPosition(after: string | undefined): { at: Date; changeSetId: number } | null {
  const match = /^(\d{1,15})-(\d{1,15})$/.exec(after ?? '')
  return match ? { at: new Date(Number(match[1])), changeSetId: Number(match[2]) } : null
}
