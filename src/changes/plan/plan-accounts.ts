import type { Transaction } from '../../database/open.ts'
import { foldKey } from '../../directory/address-name.ts'
import type { FieldName } from '../../directory/fields.ts'
import { lockAccounts } from '../apply/find-conflicts.ts'
import type { FieldValues, PlannedChange } from '../change.ts'
import { isSame } from '../values.ts'

/**
 * Plans what is wanted of accounts that are there, in the order in which they are given: what they have already is no
 * change, and accounts that are none of the organisation's are passed over. Holds the accounts until the transaction
 * ends.
 */
export async function planAccounts(
  tx: Transaction,
  organisationId: number,
  wanted: ReadonlyMap<number, FieldValues>,
): Promise<PlannedChange[]> {
  const fields = [...new Set([...wanted.values()].flatMap((values) => Object.keys(values)))] as FieldName[]
  const accounts = await lockAccounts(tx, [organisationId], [...wanted.keys()], [...fields, 'localId'])
  const changes: PlannedChange[] = []
  for (const [id, values] of wanted) {
    const account = accounts.get(id)
    if (account === undefined) continue
    const differing = Object.keys(values).filter(
      (field) => !isSame(values[field] ?? null, account.values[field] ?? null),
    )
    const pick = (from: FieldValues) =>
      differing.length === 0
        ? null
        : Object.fromEntries(differing.map((field) => [field, from[field] ?? null]))
    const { localId } = values
    changes.push({
      row: changes.length + 1,
      action: differing.length === 0 ? 'unchanged' : 'update',
      accountId: id,
      accountVersion: account.version,
      localId: account.values.localId as string | null,
      localIdKey: differing.includes('localId') && typeof localId === 'string' ? foldKey(localId) : null,
      formerLocalIdKey: differing.includes('localId') ? account.localIdKey : null,
      before: pick(account.values),
      after: pick(values),
      problems: [],
      similarAccountId: null,
    })
  }
  return changes
}
