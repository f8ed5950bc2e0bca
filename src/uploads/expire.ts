import { deleteAttempts, deleteExpiredSessions } from '../access/store.ts'
import { moveChangeSet } from '../changes/store.ts'
import type { Portal } from '../portal.ts'
import {
  deleteOldIdempotencyKeys,
  deleteOldLinks,
  deleteOldReportFiles,
  deleteStrayBytes,
  removeRows,
  takeEnded,
  takeUnconfirmed,
} from './store-expiry.ts'

const DAY_MS = 24 * 3600_000

/**
 * Step 6: some weeks after an upload has ended, its file and the rows that weren't applied go for good; the counts and
 * the applied changes, which are the accounts' history, stay. A plan that nobody confirmed for as long is cancelled.
 * Old report files and whatever else has had its time go too.
 */
export async function expireUploads(portal: Portal, job: { signal?: AbortSignal } = {}): Promise<void> {
  const now = portal.clock.now()
  const before = new Date(now.getTime() - portal.config.uploadKeepDays * DAY_MS)
  while (await expireNext(portal, before, now)) job.signal?.throwIfAborted()
  await portal.database.transaction('everything', async (tx) => {
    await deleteStrayBytes(tx, new Date(now.getTime() - DAY_MS))
    await deleteOldReportFiles(tx, before)
    await deleteOldIdempotencyKeys(tx, before)
    await deleteExpiredSessions(tx, now)
    await deleteOldLinks(tx, now)
    await deleteAttempts(tx, { before: new Date(now.getTime() - DAY_MS) })
  })
}

// One upload a transaction, whatever its size: one that fails holds up no other for long.
async function expireNext(portal: Portal, before: Date, now: Date): Promise<boolean> {
  return portal.database.transaction('everything', async (tx) => {
    const unconfirmed = await takeUnconfirmed(tx, before)
    if (unconfirmed !== undefined) await moveChangeSet(tx, unconfirmed, 'cancelled', now)
    const id = unconfirmed ?? (await takeEnded(tx, before))
    if (id === undefined) return false
    const rows = await removeRows(tx, id, now)
    portal.log.info({ upload: id, rows }, 'upload expired')
    return true
  })
}
