import type { Actor } from '../access/actor.ts'
import type { Transaction } from '../database/open.ts'
import { InvalidInput } from '../errors.ts'
import type { ChangeSet, Need } from './change-set.ts'
import { countPlan, noteCounts } from './plan/store-plan.ts'
import { countWritten, noteAnswerReason, noteNotAccepted, selectMissingRow } from './store-agreement.ts'

/**
 * Leaves out of a plan the rows that the other side doesn't accept.
 * @returns whether there were any
 * @throws InvalidInput where rows can't be chosen, or one isn't there, none of them is accepted, or no reason is given
 */
export async function leaveOutOthers(
  tx: Transaction,
  { id }: ChangeSet,
  {
    needs,
    rows,
    leaveOut,
    reason,
    by,
  }: {
    needs: readonly Need[]
    rows: readonly number[] | undefined
    leaveOut: readonly number[] | undefined
    reason: string
    by: Actor
  },
): Promise<boolean> {
  if (!needs.some((need) => need.for === 'other-side')) {
    throw new InvalidInput('Only the whole of this can be agreed to, or nothing. Leave the rows out.', {
      field: 'rows',
      code: 'whole-only',
    })
  }
  const missing = await selectMissingRow(tx, id, rows ?? leaveOut ?? [])
  if (missing !== undefined) {
    throw new InvalidInput(`There is no row ${missing} here. Look at the numbers again.`, {
      field: 'rows',
      code: 'no-such-row',
    })
  }
  const before = await countWritten(tx, id)
  const leftOut = await noteNotAccepted(tx, id, {
    rows: rows ?? leaveOut ?? [],
    except: rows !== undefined,
    problem: {
      column: null,
      code: 'not-accepted',
      severity: 'warning',
      value: null,
      message: `${by.name} did not accept this${reason === '' ? '.' : `: ${reason}`}`,
    },
  })
  if (leftOut === 0) return false
  if (leftOut === before) {
    throw new InvalidInput('None of these rows would change anything. Choose some that would, or decline.', {
      field: 'rows',
      code: 'none-accepted',
    })
  }
  if (reason === '') {
    throw new InvalidInput('Say why you leave some out: whoever asked reads it.', {
      field: 'reason',
      code: 'no-reason',
    })
  }
  await noteAnswerReason(tx, id, reason)
  const { replaced: _replaced, ...counts } = await countPlan(tx, id)
  await noteCounts(tx, id, counts)
  return true
}
