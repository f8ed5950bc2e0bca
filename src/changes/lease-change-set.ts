import type { Connection, Transaction } from '../database/open.ts'
import type { Portal } from '../portal.ts'
import { organisationsOf } from './change-set.ts'
import { lockChangeSet } from './store.ts'

/** What a job about a change set names. */
export type ChangeSetJob = { changeSetId: number; organisationId: number }

/** Begins a transaction on the leased connection, for all organisations of the set. */
export type InScope = <T>(work: (tx: Transaction) => Promise<T>) => Promise<T>

/**
 * Does a job about a change set on a leased connection, in transactions for the organisations of the set, two where it
 * has a counterpart; nothing where the set has gone.
 */
export async function leaseChangeSet(
  portal: Portal,
  { changeSetId, organisationId }: ChangeSetJob,
  work: (inScope: InScope, organisationIds: number[]) => Promise<void>,
): Promise<void> {
  await portal.database.onLease(async (connection: Connection) => {
    const found = await connection.transaction([organisationId], (tx) =>
      lockChangeSet(tx, [organisationId], changeSetId),
    )
    if (!found) return
    const scope = organisationsOf(found)
    await work((each) => connection.transaction(scope, each), scope)
  })
}
