import { noteEvent } from '../access/security-events.ts'
import type { Transaction } from '../database/open.ts'
import type { Portal } from '../portal.ts'
import { scan } from './clamd.ts'
import { FileRejected } from './rejected.ts'
import { isToScan, readPiece } from './store.ts'

/**
 * Has an upload's bytes scanned for viruses before anything else is done with them, where CLAMD_URL is set. No
 * connection to the database is held meanwhile.
 * @throws FileRejected for what is infected or too large to be scanned; ScannerAway, since nothing passes unscanned
 */
export async function scanUpload(
  portal: Portal,
  { uploadId, organisationId }: { uploadId: number; organisationId: number },
  signal?: AbortSignal,
): Promise<void> {
  const { clamdUrl } = portal.config
  const isWanted = (tx: Transaction) => isToScan(tx, uploadId) // a cancelled one doesn't wait for a scanner
  if (clamdUrl === undefined || !(await portal.database.transaction([organisationId], isWanted))) return
  const verdict = await scan(clamdUrl, piecesOf(portal, uploadId, organisationId), signal)
  if (verdict === 'clean') return
  if (verdict === 'too-large') throw new FileRejected('file-too-large-to-scan', TOO_LARGE)
  noteEvent(portal, 'upload_virus_found', { upload: uploadId, signature: verdict.signature })
  throw new FileRejected('file-infected', INFECTED)
}

const INFECTED =
  'The file contains a virus. It was not used, and is deleted here. Have the computer that it comes from checked, and send a clean file.'

const TOO_LARGE =
  'The file is larger than the virus scanner takes, so it was not used. Split it into several files; you can send them all at once.'

async function* piecesOf(portal: Portal, uploadId: number, organisationId: number): AsyncGenerator<Buffer> {
  for (let number = 0; ; number++) {
    const piece = await portal.database.transaction([organisationId], (tx) => readPiece(tx, uploadId, number))
    if (!piece) return
    yield piece
  }
}
