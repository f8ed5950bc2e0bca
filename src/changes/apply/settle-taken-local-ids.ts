import type { Transaction } from '../../database/open.ts'
import { ACCOUNT_FIELDS, PERSON_FIELDS } from '../../directory/fields.ts'
import { plannedRows, selectAccountsByLocalIdKey } from './find-conflicts.ts'
import { noteUnforeseen, type Unforeseen } from './store-outcomes.ts'
import type { Chunk } from './write-accounts.ts'

/**
 * Rows that would have created an account whose local ID was taken after they were planned: nothing to do where the
 * account that has it says the same, else the row fails. Never a second account.
 */
export async function settleTakenLocalIds(
  tx: Transaction,
  chunk: Chunk,
  rows: readonly number[],
): Promise<void> {
  const planned = await plannedRows(tx, chunk.changeSetId, rows)
  const keys = planned.flatMap((row) => row.localIdKey ?? [])
  const takers = await selectAccountsByLocalIdKey(tx, chunk.organisationIds, keys)
  const outcomes = planned.map((row): Unforeseen => {
    const taker = takers.get(row.localIdKey ?? '')
    const differing = PERSON_FIELDS.filter(
      (field) =>
        field !== 'localId' && field in row.after && (taker?.values[field] ?? null) !== row.after[field],
    )
    const agrees = taker !== undefined && differing.length === 0
    return {
      row: row.row,
      result: agrees ? 'unchanged' : 'failed',
      detail: agrees
        ? 'The account was created by somebody else meanwhile, with the same values.'
        : `The local ID was taken after this was planned, by an account that differs in: ${differing
            .map((field) => ACCOUNT_FIELDS[field].label)
            .join(', ')}. No second account was created.`,
      similarAccountId: taker?.id ?? null,
    }
  })
  await noteUnforeseen(tx, chunk.changeSetId, outcomes)
}
