import type { Config } from '../config.ts'
import type { Transaction } from '../database/open.ts'
import { InvalidInput } from '../errors.ts'
import { lockWaiting, selectArriving, selectWaiting } from './find-waiting.ts'

type Place = { id: number; organisationId: number }

/**
 * While a file arrives: what waits already, and what arrives, must leave room for it.
 * @throws InvalidInput when they don't
 */
export async function requireRoom(
  tx: Transaction,
  config: Config,
  { id, organisationId }: Place,
): Promise<void> {
  const { files, bytes } = await selectWaiting(tx, organisationId)
  const arriving = await selectArriving(tx, organisationId, id)
  refuseBeyond(config, { files: files + 1, bytes: bytes + arriving })
}

/**
 * The last word, once the upload is made and before it is committed: of several at the same moment, only so many come
 * through as there is room for.
 * @throws InvalidInput for the others
 */
export async function takeRoom(tx: Transaction, config: Config, { organisationId }: Place): Promise<void> {
  await lockWaiting(tx, organisationId)
  refuseBeyond(config, await selectWaiting(tx, organisationId))
}

function refuseBeyond(
  { uploadMaxWaitingFiles, uploadMaxWaitingBytes, uploadKeepDays }: Config,
  { files, bytes }: { files: number; bytes: number },
): void {
  const hasRoom =
    (uploadMaxWaitingFiles === undefined || files <= uploadMaxWaitingFiles) &&
    (uploadMaxWaitingBytes === undefined || bytes <= uploadMaxWaitingBytes)
  if (hasRoom) return
  throw new InvalidInput(
    `Too many files of this organisation wait to be confirmed, so this one was not taken. Upload or cancel some of them, and send it again. What nobody confirms is cancelled after ${uploadKeepDays} days.`,
    { field: 'file', code: 'too-many-waiting' },
  )
}
