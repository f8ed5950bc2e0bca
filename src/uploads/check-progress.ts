import type { Transaction } from '../database/open.ts'
import type { Portal } from '../portal.ts'
import type { ColumnName } from './columns.ts'
import { headingsKey } from './mapping.ts'
import { noteRowsRead, type UploadToCheck } from './store.ts'
import { selectRemembered } from './store-mapping.ts'

/** How often the page is told how far the check has come, and the check whether it is still wanted. */
const PROGRESS_MS = 250

/** Rolls the check back: the person cancelled the upload while it was checked. Its last move may find so too. */
export class Cancelled extends Error {}

/** In transactions of its own, so that the page sees it while the check's own is open. */
export function progressOf(portal: Portal, upload: UploadToCheck): (rows: number) => Promise<void> {
  let told = performance.now()
  return async (rows) => {
    if (performance.now() - told < PROGRESS_MS) return
    const scope = [upload.organisationId]
    const isWanted = await portal.database.transaction(scope, (tx) => noteRowsRead(tx, upload.id, rows))
    if (!isWanted) throw new Cancelled()
    told = performance.now()
  }
}

/** What was said of these headings, with this upload or with one before it. */
export async function meaningsFor(
  tx: Transaction,
  { mapping, organisationId }: UploadToCheck,
  words: readonly string[],
): Promise<ReadonlyMap<string, ColumnName | null> | undefined> {
  const said = mapping ?? (await selectRemembered(tx, organisationId, headingsKey(words)))
  return said && new Map(Object.entries(said))
}
