import { move } from '../changes/move.ts'
import { lockChangeSet, noteMove } from '../changes/store.ts'
import type { Transaction } from '../database/open.ts'
import { Conflict } from '../errors.ts'
import type { Portal } from '../portal.ts'
import { type GivenUp, portalStopped, type Reason } from '../queue/given-up.ts'
import { Cancelled } from './check-progress.ts'
import { divideUpload } from './divide.ts'
import { planUpload } from './plan-upload.ts'
import { FileRejected, mayBeExplained } from './rejected.ts'
import { scanUpload } from './scan-upload.ts'
import { deleteBytes, deleteBytesOnceEnded, takeUploadToCheck } from './store.ts'

const REASONS: Record<GivenUp, Reason> = {
  failed: {
    code: 'check-failed',
    message:
      'Something went wrong on our side while the file was checked. Nothing was changed. Send the file again.',
  },
  died: portalStopped(
    'this file was checked',
    'Nothing was changed. Save it once more as CSV in your spreadsheet, and send it in smaller parts if it is large. If that doesn’t help, tell whoever runs this portal the number of this upload: they can see why.',
  ),
}

type CheckJob = { uploadId: number; organisationId: number }

/**
 * Step 2: reads, validates, matches and plans, row by row of the file, and stores the plan. It writes no account. The
 * whole check is one transaction: one that was killed leaves nothing, and is done again from the start.
 */
export async function checkUpload(
  portal: Portal,
  job: { data: CheckJob; signal?: AbortSignal },
): Promise<void> {
  const { uploadId, organisationId } = job.data
  try {
    await scanUpload(portal, job.data, job.signal)
    await divideUpload(portal, job.data, job.signal)
    await portal.database.onLease((connection) =>
      connection.transaction([organisationId], (tx) => check(portal, tx, uploadId, job.signal)),
    )
  } catch (error) {
    if (error instanceof Cancelled || error instanceof Conflict)
      return forgetBytes(portal, organisationId, uploadId)
    if (error instanceof FileRejected) {
      const at = error.row === null ? '' : `Row ${error.row}: `
      return end(portal, job.data, 'rejected', { code: error.code, message: `${at}${error.message}` })
    }
    throw error
  }
}

/** Ends an upload whose check was given up. */
export function failCheck(portal: Portal, data: CheckJob, why: GivenUp): Promise<void> {
  return end(portal, data, 'failed', REASONS[why])
}

async function check(portal: Portal, tx: Transaction, uploadId: number, signal?: AbortSignal): Promise<void> {
  const upload = await takeUploadToCheck(tx, uploadId)
  if (!upload) return deleteBytesOnceEnded(tx, uploadId)
  await planUpload(portal, tx, upload, signal)
  await noteMove(tx, uploadId, 'checked', portal.clock.now())
}

async function end(
  portal: Portal,
  { uploadId, organisationId }: CheckJob,
  status: 'rejected' | 'failed',
  reason: Reason,
): Promise<void> {
  await portal.database.transaction([organisationId], async (tx) => {
    if (!(await takeUploadToCheck(tx, uploadId))) return // cancelled meanwhile
    const set = await lockChangeSet(tx, [organisationId], uploadId)
    if (!mayBeExplained(reason.code)) await deleteBytes(tx, uploadId)
    if (set) await move(portal, tx, set, status, reason)
  })
}

function forgetBytes(portal: Portal, organisationId: number, uploadId: number): Promise<void> {
  return portal.database.transaction([organisationId], (tx) => deleteBytesOnceEnded(tx, uploadId))
}
