import type { ChangeSet } from '../changes/change-set.ts'
import { failChangeSet } from '../changes/fail-change-set.ts'
import { type ChangeSetJob, leaseChangeSet } from '../changes/lease-change-set.ts'
import { move } from '../changes/move.ts'
import { planQueried } from '../changes/plan/store-queried.ts'
import { lockChangeSet } from '../changes/store.ts'
import type { Transaction } from '../database/open.ts'
import { type Organisation, selectOrganisations } from '../directory/store.ts'
import type { Portal } from '../portal.ts'
import { type GivenUp, portalStopped, type Reason } from '../queue/given-up.ts'
import { plannedTransfer } from './planned-sql.ts'
import { selectTransfer } from './store.ts'

const REASONS: Record<GivenUp, Reason> = {
  failed: {
    code: 'transfer-failed',
    message:
      'Something went wrong on our side while it was worked out who can be transferred. Nothing was changed. Choose the people again.',
  },
  died: portalStopped(
    'it was worked out who can be transferred',
    'Nothing was changed. Choose the people again, fewer at a time. If that doesn’t help, tell whoever runs this portal the number of this transfer: they can see why.',
  ),
}

/** Works out what a transfer would do, in one transaction and in the database alone, however many people it is about. */
export async function planTransfer(portal: Portal, job: { data: ChangeSetJob }): Promise<void> {
  await leaseChangeSet(portal, job.data, (inScope, organisationIds) =>
    inScope(async (tx) => {
      const set = await lockChangeSet(tx, organisationIds, job.data.changeSetId)
      if (set?.status !== 'checking') return // cancelled meanwhile, or planned by somebody else
      await makePlan(tx, set)
      await move(portal, tx, set, 'checked')
    }),
  )
}

/** Ends a transfer whose planning was given up. */
export function failTransfer(portal: Portal, data: ChangeSetJob, why: GivenUp): Promise<void> {
  return failChangeSet(portal, data, ['checking'], () => REASONS[why])
}

/** Makes the plan, in place of the one that there may be: in a transaction that reaches both organisations. */
export async function makePlan(
  tx: Transaction,
  set: Pick<ChangeSet, 'id' | 'organisationId'>,
): Promise<void> {
  const transfer = await selectTransfer(tx, set.id)
  const from = await organisationWith(tx, transfer.organisationId)
  const to = await organisationWith(tx, transfer.targetId)
  await planQueried(tx, set, plannedTransfer(transfer, from, to))
}

async function organisationWith(tx: Transaction, id: number): Promise<Organisation> {
  const [found] = await selectOrganisations(tx, [id], { id })
  if (!found) throw new Error(`organisation ${id} isn't in scope`)
  return found
}
