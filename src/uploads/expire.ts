import { move } from '../changes/move.ts'
import { lockChangeSet } from '../changes/store.ts'
import { deleteUnwritten, takeUnconfirmed } from '../changes/store-expiry.ts'
import { deleteMailAbout } from '../mail/store.ts'
import type { Portal } from '../portal.ts'
import { deleteUnusedKinds, removeFile, takeEnded } from './store-expiry.ts'

/**
 * Step 6: some weeks after an upload has ended, its file and the rows that weren't applied go for good; the counts and
 * the applied changes, which are the accounts' history, stay. A plan that nobody confirmed for as long is cancelled.
 * @param before what ended, or was planned, before that time
 */
export async function expireUploads(
  portal: Portal,
  before: Date,
  { signal }: { signal?: AbortSignal },
): Promise<void> {
  const passes: Pass[] = [
    { take: takeUnconfirmed, cancels: true },
    { take: takeEnded, cancels: false },
  ]
  for (const pass of passes) {
    let id: number | undefined = 0
    do {
      signal?.throwIfAborted()
      id = await expireNext(portal, pass, { before, after: id })
    } while (id !== undefined)
  }
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
  { before, after }: { before: Date; after: number },
): Promise<number | undefined> {
  let id: number | undefined
  try {
    await portal.database.transaction('everything', async (tx) => {
      id = await take(tx, { before, after })
      if (id === undefined) return
      await removeFile(tx, id, portal.clock.now())
      await deleteMailAbout(tx, id)
      const rows = await deleteUnwritten(tx, id)
      await deleteUnusedKinds(tx, id)
      const set = cancels ? await lockChangeSet(tx, 'everything', id) : undefined
      if (set) await move(portal, tx, set, 'cancelled')
      portal.log.info({ upload: id, rows }, 'upload expired')
    })
  } catch (error) {
    if (id === undefined) throw error
    portal.log.error({ upload: id, err: error }, 'an upload could not be expired')
  }
  return id
}
