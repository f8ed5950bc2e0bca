import { type Actor, asActor } from '../../access/actor.ts'
import type { FieldValue } from '../../directory/fields.ts'
import { NotFound } from '../../errors.ts'
import type { Portal } from '../../portal.ts'
import type { Deed } from '../bulk-actions.ts'
import { toldFields } from '../change.ts'
import type { Kind } from '../kinds.ts'
import { sightOf } from '../sight.ts'
import {
  type AppliedChange,
  seePastOf,
  selectAppliedChanges,
  selectAppliedUndos,
  selectSetsInSight,
} from './find-history.ts'
import { takenBackBy } from './taken-back.ts'

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
  /** What it did, where it is a bulk action in sight. */
  deed: Deed | null
  /** The same, where it is an upload. */
  upload: number | null
  filename: string | null
  row: number | null
  /** Who took it back since, and by which change set, where the reader may see that. */
  takenBack: { by: string; at: Date; changeSet: number | null } | null
}

/** The sets that a reader may see, with the name of each one's file. */
type InSight = ReadonlyMap<number, { filename: string | null; deed: Deed | null }>

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
    const found = await selectAppliedChanges(tx, accountId, {
      before: readPosition(page.after),
      limit: page.limit + 1,
    })
    const shown = found.slice(0, page.limit)
    const last = shown.at(-1)
    const undos = await selectAppliedUndos(tx, accountId)
    const ids = [...shown, ...undos].map(({ changeSetId }) => changeSetId)
    const sets = await selectSetsInSight(tx, sightOf(actor), ids)
    return {
      entries: shown.flatMap((change) => entriesOf(change, undos, sets)),
      next: found.length > page.limit && last ? `${last.version}-${last.at.getTime()}` : null,
    }
  })
}

/** Of a set that the reader may not see nothing is told but who and when. */
function entriesOf(change: AppliedChange, undos: readonly AppliedChange[], sets: InSight): HistoryEntry[] {
  const set = sets.get(change.changeSetId)
  const changeSet = set ? change.changeSetId : null
  const filename = set?.filename ?? null
  const common = {
    at: change.at,
    by: change.by,
    kind: change.kind,
    changeSet,
    deed: set?.deed ?? null,
    upload: change.kind === 'upload' ? changeSet : null,
    filename,
    row: filename === null ? null : change.row,
  }
  const entry = (field: string, old: FieldValue, value: FieldValue): HistoryEntry => {
    const undo = takenBackBy(undos, change, field)
    const takenBack = undo && {
      by: undo.by,
      at: undo.at,
      changeSet: sets.has(undo.changeSetId) ? undo.changeSetId : null,
    }
    return { ...common, field, old, new: value, takenBack }
  }
  const fields = toldFields(change)
    .filter(([field]) => !change.unwritten?.includes(field))
    .map(([field, value]) => entry(field, change.before?.[field] ?? null, value))
  return change.before === null ? [entry('account', null, 'created'), ...fields] : fields
}

function readPosition(after: string | undefined): { version: number; at: Date } | null {
  const match = /^(\d{1,9})-(\d{1,15})$/.exec(after ?? '')
  return match ? { version: Number(match[1]), at: new Date(Number(match[2])) } : null
}
