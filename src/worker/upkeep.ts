import { deleteExpiredSessions } from '../access/store.ts'
import { forgetOldAttempts } from '../access/throttle.ts'
import { expireAgreements } from '../changes/expire-agreements.ts'
import { deleteOldMail } from '../mail/store.ts'
import { deleteOldLinks } from '../mail/store-links.ts'
import type { Portal } from '../portal.ts'
import { deleteOldReportFiles } from '../reports/store.ts'
import { expireUploads } from '../uploads/expire.ts'
import { deleteOldIdempotencyKeys, deleteRejectedBytes, deleteStrayBytes } from '../uploads/store-expiry.ts'

const DAY_MS = 24 * 3600_000

/** Every hour: removes what has had its time, of each part, for good. */
export async function keepUp(portal: Portal, job: { signal?: AbortSignal } = {}): Promise<void> {
  const now = portal.clock.now()
  const before = new Date(now.getTime() - portal.config.uploadKeepDays * DAY_MS)
  const yesterday = new Date(now.getTime() - DAY_MS)
  await expireAgreements(portal, job)
  await expireUploads(portal, before, job)
  await portal.database.transaction('everything', async (tx) => {
    await deleteStrayBytes(tx, yesterday)
    await deleteRejectedBytes(tx, yesterday)
    await deleteOldReportFiles(tx, before)
    await deleteOldMail(tx, before)
    await deleteOldIdempotencyKeys(tx, before)
    await deleteExpiredSessions(tx, now)
    await deleteOldLinks(tx, now)
    await forgetOldAttempts(tx, now)
  })
}
