import type { Actor } from '../access/actor.ts'
import type { Transaction } from '../database/open.ts'
import { Conflict, InvalidInput } from '../errors.ts'
import type { Portal } from '../portal.ts'
import { reopen } from './agree.ts'
import type { Decision } from './change.ts'
import type { ChangeSet } from './change-set.ts'
import { holdChangeSet } from './hold-change-set.ts'
import { countPlan, measureDecided, noteCounts } from './plan/store-plan.ts'
import {
  noteDecisionOfAll,
  noteDecisions,
  noteRepairs,
  type RowDecision,
  selectClash,
  selectRepairs,
} from './store-choices.ts'

/**
 * Says what becomes of rows that are left out otherwise: row by row, or of all of which it can be said.
 * @throws NotFound, Forbidden; Conflict once the change set is confirmed; InvalidInput for a row of which it can't be
 * said, and for two rows that would write to one account: nothing is decided then
 */
export async function decide(
  portal: Portal,
  actor: Actor,
  id: number,
  decisions: { rows: readonly RowDecision[] } | { all: Decision },
): Promise<void> {
  await holdChangeSet(portal, actor, id, async (tx, set) => {
    await requireOpen(portal, tx, set)
    if ('all' in decisions) await noteDecisionOfAll(tx, id, decisions.all)
    else refuseUndecided(decisions.rows, await noteDecisions(tx, id, decisions.rows))
    await refuseClash(tx, id)
    await measureDecided(tx, id)
  })
}

/**
 * Accepts the repairs of one kind of damage, or takes that back: the rows that have no other damage are planned with the
 * repaired values, and are errors otherwise.
 * @throws NotFound, Forbidden; Conflict once the change set is confirmed; InvalidInput where nothing has such damage
 */
export async function acceptRepairs(
  portal: Portal,
  actor: Actor,
  id: number,
  { kind, accept }: { kind: string; accept: boolean },
): Promise<void> {
  await holdChangeSet(portal, actor, id, async (tx, set) => {
    await requireOpen(portal, tx, set)
    const { accepted, offered } = await selectRepairs(tx, id)
    if (accept && !offered.includes(kind)) {
      throw new InvalidInput(`Nothing here can be repaired by the name “${kind}”. Nothing was decided.`, {
        field: 'kind',
        code: 'no-such-repair',
      })
    }
    const others = accepted.filter((each) => each !== kind)
    await noteRepairs(tx, id, accept ? [...others, kind] : others)
    const { replaced: _, ...counts } = await countPlan(tx, id)
    await noteCounts(tx, id, counts)
  })
}

/** What waits for agreement has to be asked for anew: it was to the plan as it was. */
async function requireOpen(portal: Portal, tx: Transaction, set: ChangeSet): Promise<void> {
  if (set.status === 'checked') return
  if (set.status === 'awaiting-agreement') return reopen(portal, tx, set)
  throw new Conflict('What becomes of rows can only be decided between the check and the confirmation.')
}

function refuseUndecided(decisions: readonly RowDecision[], rows: readonly number[]): void {
  if (rows.length === 0) return
  // The API's first version knew possible duplicates only.
  const isOfFirstVersion = decisions.every(
    ({ decision }) => decision === 'create' || decision === 'leave-out',
  )
  throw new InvalidInput(`This can’t be decided of row ${rows.join(', row ')}. Nothing was decided.`, {
    field: 'rows',
    code: isOfFirstVersion ? 'no-possible-duplicate' : 'cannot-decide',
  })
}

async function refuseClash(tx: Transaction, id: number): Promise<void> {
  const rows = await selectClash(tx, id)
  if (rows.length === 0) return
  const named = rows.slice(0, MOST_NAMED).join(', row ')
  const more = rows.length > MOST_NAMED ? ` and ${rows.length - MOST_NAMED} more` : ''
  throw new InvalidInput(
    `More than one row would change the same account: row ${named}${more}. Choose one of them, and leave the others out. Nothing was decided.`,
    { field: 'rows', code: 'same-account' },
  )
}

const MOST_NAMED = 12
