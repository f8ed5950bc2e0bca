import { deleteExpiredSessions } from '../access/store.ts'
import { forgetOldAttempts } from '../access/throttle.ts'
import { noteMove } from '../changes/store.ts'
import type { Portal } from '../portal.ts'
import {
  deleteOldIdempotencyKeys,
  deleteOldLinks,
  deleteOldMail,
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
  const passes: Pass[] = [
    { take: takeUnconfirmed, cancels: true },
    { take: takeEnded, cancels: false },
  ]
  for (const pass of passes) {
    let id: number | undefined = 0
    do {
      job.signal?.throwIfAborted()
      id = await expireNext(portal, pass, { before, after: id, now })
    } while (id !== undefined)
  }
  await portal.database.transaction('everything', async (tx) => {
    await deleteStrayBytes(tx, new Date(now.getTime() - DAY_MS))
    await deleteOldReportFiles(tx, before)
    await deleteOldMail(tx, before)
    await deleteOldIdempotencyKeys(tx, before)
    await deleteExpiredSessions(tx, now)
    await deleteOldLinks(tx, now)
    await forgetOldAttempts(tx, now)
  })
}

/** One way through the uploads. */
type Pass = { take: typeof takeUnconfirmed | typeof takeEnded; cancels: boolean }

/**
 * Expires the next upload, each in a transaction of its own: one that fails holds up no other, and is tried again an
 * hour later.
 * @returns its ID; undefined when there is none after `after`
 */
async function expireNext(
  portal: Portal,
  { take, cancels }: Pass,
  { before, after, now }: { before: Date; after: number; now: Date },
): Promise<number | undefined> {
  let id: number | undefined
  try {
    await portal.database.transaction('everything', async (tx) => {
      id = await take(tx, { before, after })
      if (id === undefined) return
      if (cancels) await noteMove(tx, id, 'cancelled', now)
      const rows = await removeRows(tx, id, now)
      portal.log.info({ upload: id, rows }, 'upload expired')
    })
  } catch (error) {
    if (id === undefined) throw error
    portal.log.error({ upload: id, err: error }, 'an upload could not be expired')
  }
  return id
}
