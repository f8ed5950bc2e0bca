import type { Transaction } from '../database/open.ts'
import type { AccountStatus } from '../directory/account.ts'
import { noteChunk } from './store-outcomes.ts'
import { insertChanges } from './store-plan.ts'
import { insertEdit, lockStatuses, writeStatuses } from './write-statuses.ts'

/**
 * Changes accounts' statuses: an edit, planned and applied in the caller's transaction. Accounts that have the status
 * already, or are none of the organisation's, are passed over.
 */
export async function setStatuses(
  tx: Transaction,
  edit: { organisationId: number; by: number; at: Date },
  wanted: ReadonlyMap<number, AccountStatus>,
): Promise<void> {
  const accounts = await lockStatuses(tx, edit.organisationId, [...wanted.keys()])
  const differing = accounts.filter(({ id, status }) => wanted.get(id) !== status)
  if (differing.length === 0) return
  const changeSetId = await insertEdit(tx, { ...edit, rows: differing.length })
  const changes = differing.map(({ id, version, status, localId }, at) => ({
    row: at + 1,
    action: 'update' as const,
    accountId: id,
    accountVersion: version,
    localId,
    localIdKey: null,
    before: { status },
    after: { status: wanted.get(id) as AccountStatus },
    problems: [],
    similarAccountId: null,
  }))
  await insertChanges(tx, { id: changeSetId, organisationId: edit.organisationId }, changes)
  const chunk = { ...edit, changeSetId, fromRow: 1, toRow: changes.length }
  await writeStatuses(tx, chunk)
  await noteChunk(tx, chunk)
}
