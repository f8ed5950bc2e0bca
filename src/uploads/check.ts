import { noteMove, noteReason } from '../changes/store.ts'
import type { Transaction } from '../database/open.ts'
import { isOutage } from '../database/sql-state.ts'
import { Conflict } from '../errors.ts'
import type { Portal } from '../portal.ts'
import { Cancelled, planUpload } from './plan-upload.ts'
import { FileRejected } from './rejected.ts'
import { scanUpload } from './scan-upload.ts'
import { deleteBytes, deleteBytesOnceEnded, takeUploadToCheck } from './store.ts'

/** How long a checking process may be silent before PostgreSQL ends its session, and another may take over. */
const LEASE_SECONDS = 10

/** How often a check is begun again, after kills too, before an error of ours ends it. */
const ATTEMPTS = 5

const BROKEN = {
  code: 'check-failed',
  message:
    'Something went wrong on our side while the file was checked. Nothing was changed. Send the file again.',
}

/**
 * Step 2: reads, validates, matches and plans, row by row of the file, and stores the plan. It writes no account. The
 * whole check is one transaction: one that was killed leaves nothing, and is done again from the start.
 */
export async function checkUpload(
  portal: Portal,
  job: { data: { uploadId: number; organisationId: number }; attempt: number; signal?: AbortSignal },
): Promise<void> {
  const { uploadId, organisationId } = job.data
  try {
    await scanUpload(portal, job.data, job.signal)
    await portal.database.onSession({ leaseSeconds: LEASE_SECONDS }, (session) =>
      session.transaction([organisationId], (tx) => check(portal, tx, uploadId, job.signal)),
    )
  } catch (error) {
    if (error instanceof Cancelled || error instanceof Conflict)
      return forgetBytes(portal, organisationId, uploadId)
    if (error instanceof FileRejected) {
      const at = error.row === null ? '' : `Row ${error.row}: `
      await end(portal, job.data, 'rejected', { code: error.code, message: `${at}${error.message}` })
      return
    }
    if (job.signal?.aborted || isOutage(error) || job.attempt < ATTEMPTS) throw error
    portal.log.error({ upload: uploadId, err: error }, 'an upload could not be checked')
    await end(portal, job.data, 'failed', BROKEN)
  }
}

async function check(portal: Portal, tx: Transaction, uploadId: number, signal?: AbortSignal): Promise<void> {
  const upload = await takeUploadToCheck(tx, uploadId)
  if (!upload) return deleteBytesOnceEnded(tx, uploadId)
  await planUpload(portal, tx, upload, signal)
  await deleteBytes(tx, uploadId)
  await noteMove(tx, uploadId, 'checked', portal.clock.now())
}

async function end(
  portal: Portal,
  { uploadId, organisationId }: { uploadId: number; organisationId: number },
  status: 'rejected' | 'failed',
  reason: { code: string; message: string },
): Promise<void> {
  await portal.database.transaction([organisationId], async (tx) => {
    if (!(await takeUploadToCheck(tx, uploadId))) return // cancelled meanwhile
    await noteReason(tx, uploadId, reason)
    await deleteBytes(tx, uploadId)
    await noteMove(tx, uploadId, status, portal.clock.now())
  })
}

function forgetBytes(portal: Portal, organisationId: number, uploadId: number): Promise<void> {
  return portal.database.transaction([organisationId], (tx) => deleteBytesOnceEnded(tx, uploadId))
}
