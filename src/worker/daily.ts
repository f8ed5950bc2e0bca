import { emptyHistory } from '../changes/apply/store-removals.ts'
import { deletePairsOf } from '../duplicates/store.ts'
import { selectRemovedSince } from '../lifecycle/find-due.ts'
import { takeSteps } from '../lifecycle/take-steps.ts'
import { deleteMailNaming } from '../mail/store.ts'
import type { Portal } from '../portal.ts'
import { deleteFilesNaming } from '../reports/store.ts'
import { startWeekly } from '../reports/weekly.ts'
import { emptyTransfersOf } from '../transfers/store-removals.ts'
import { emptyRowsAbout } from '../uploads/store-removals.ts'

const DAY_MS = 24 * 3600_000

/**
 * Every hour, and whenever a daily step has ended: makes what the day brings for accounts, begins the reports that are wanted
 * on Mondays, and takes away whatever else is kept of those that were removed.
 */
export async function doDaily(portal: Portal, job: { signal?: AbortSignal } = {}): Promise<void> {
  await takeSteps(portal, job)
  await startWeekly(portal, job)
  await forgetRemoved(portal)
}

/**
 * Of everybody who was removed in the last weeks, again and again: a check, a report or a message that was under way then
 * may have kept something after it.
 */
async function forgetRemoved(portal: Portal): Promise<void> {
  const since = new Date(portal.clock.now().getTime() - (portal.config.uploadKeepDays + 1) * DAY_MS)
  await portal.database.transaction('everything', async (tx) => {
    const ids = await selectRemovedSince(tx, since)
    if (ids.length === 0) return
    await deleteMailNaming(tx, ids)
    await deleteFilesNaming(tx, ids)
    await deletePairsOf(tx, ids)
    await emptyRowsAbout(tx, ids)
    await emptyTransfersOf(tx, ids)
    await emptyHistory(tx, 'everything', ids)
  })
}
