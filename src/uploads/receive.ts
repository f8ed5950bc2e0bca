import { createHash } from 'node:crypto'
import { type Actor, requirePermission, scopeFor } from '../access/actor.ts'
import { asActorNow } from '../access/rights-of-now.ts'
import type { Mode } from '../changes/plan/wanted.ts'
import { allotChangeSetId } from '../changes/store.ts'
import type { Transaction } from '../database/open.ts'
import { isUndecided } from '../database/sql-state.ts'
import { Conflict, InvalidInput } from '../errors.ts'
import type { Portal } from '../portal.ts'
import { fileName } from './file-name.ts'
import { describer, type FileFacts, inPieces } from './file-pieces.ts'
import {
  claimIdempotencyKey,
  deleteBytes,
  findOrganisationToUpload,
  insertBytes,
  insertUpload,
  isKeyKnown,
  storedSize,
} from './store.ts'
import { requireRoom, takeRoom } from './waiting.ts'

export type ReceivedFile = {
  organisationCode: string
  mode: Mode
  filename: string
  bytes: AsyncIterable<Buffer>
  /** How many bytes its sender says that it has at least: too many are refused before they are read. */
  announcedBytes?: number
  /** A caller's own key: the same key with the same file is the same upload, however often it is sent. */
  idempotencyKey?: string
}

/**
 * Step 1 of an upload: stores the bytes, but for passwords, piece by piece as they arrive, each in a transaction of its own, so that a
 * client that sends slowly holds no connection; once the last one is here makes the upload and enqueues its check, in
 * one transaction, so that an upload exists wholly or not at all. Memory holds one piece of 1 MiB.
 * @returns the upload's ID; `repeated` when an earlier request with the same key made it
 * @throws InvalidInput for a file that is empty, too large, no text, badly named, or one too many of those that wait;
 *   NotFound, Forbidden; Conflict for a key that was used for another file or a closed organisation
 */
export async function receiveUpload(
  portal: Portal,
  actor: Actor,
  file: ReceivedFile,
): Promise<{ id: number; repeated: boolean }> {
  const filename = fileName(file.filename)
  const facts = describer()
  const arriving = inPieces(file.bytes, facts, portal.config, file.announcedBytes)
  const place = await within(portal, actor, async (tx) => {
    const organisationId = await organisationFor(tx, actor, file)
    return { organisationId, id: await allotChangeSetId(tx), isRepeat: await isRepeat(tx, actor, file) }
  })
  let isWhole = false
  try {
    let piece = await arriving.next()
    for (let number = 0; !piece.done; number++) {
      const bytes = piece.value
      await asActorNow(portal, actor, 'upload', place.organisationId, async (tx) => {
        await insertBytes(tx, { ...place, number, bytes })
        if (number % PIECES_UNASKED === 1 && !place.isRepeat) await requireRoom(tx, portal.config, place)
      })
      piece = await arriving.next()
    }
    const read = readable(facts.end())
    isWhole = true
    const named = { ...file, filename }
    await asActorNow(portal, actor, 'upload', place.organisationId, (tx, _scope, now) =>
      complete(portal, tx, now, named, place.id, read),
    )
    return { id: place.id, repeated: false }
  } catch (error) {
    await arriving.return(undefined)
    // Where the database went away while the upload was made, it may have been made: then its bytes are its own. Pieces
    // that stay here go after a day: src/worker/upkeep.ts.
    if (!isWhole || error instanceof PiecesLost || !isUndecided(error))
      await within(portal, actor, (tx) => deleteBytes(tx, place.id)).catch(() => {})
    if (error instanceof Repeated) return { id: error.uploadId, repeated: true }
    throw error
  }
}

/** From the second piece on, so many arrive before it is asked again whether there is room. A single one is soon whole. */
const PIECES_UNASKED = 16

function within<T>(portal: Portal, actor: Actor, work: (tx: Transaction) => Promise<T>): Promise<T> {
  return portal.database.transaction(scopeFor(actor, 'read-accounts'), work)
}

async function organisationFor(tx: Transaction, actor: Actor, file: ReceivedFile): Promise<number> {
  const scope = scopeFor(actor, 'read-accounts')
  const organisation = await findOrganisationToUpload(tx, scope, file.organisationCode)
  requirePermission(actor, 'upload', organisation.id)
  if (organisation.closed)
    throw new Conflict(`${organisation.name} is closed: its accounts can't be changed.`)
  return organisation.id
}

// What was sent before is no file more, whatever waits.
async function isRepeat(
  tx: Transaction,
  actor: Actor,
  { idempotencyKey: key }: ReceivedFile,
): Promise<boolean> {
  return key !== undefined && (await isKeyKnown(tx, actor.administratorId, key))
}

function readable(facts: FileFacts): FileFacts & { encoding: string } {
  if (facts.detected.kind === 'text') return { ...facts, encoding: facts.detected.encoding }
  throw facts.detected.kind === 'empty'
    ? new InvalidInput('The selected file is empty. Choose the file with your changes in it.', {
        field: 'file',
        code: 'file-empty',
      })
    : new InvalidInput(facts.detected.message, { field: 'file', code: 'file-not-text' })
}

async function complete(
  portal: Portal,
  tx: Transaction,
  actor: Actor,
  file: ReceivedFile,
  id: number,
  { size, keptSize, sha256, lines, encoding }: FileFacts & { encoding: string },
): Promise<void> {
  if ((await storedSize(tx, id)) !== keptSize) throw new PiecesLost()
  const organisationId = await organisationFor(tx, actor, file) // it may have been closed meanwhile
  const now = portal.clock.now()
  const { mode, filename, idempotencyKey: key } = file
  const by = actor.administratorId
  await insertUpload(tx, { id, organisationId, mode, filename, by, now, size, sha256, lines, encoding })
  if (key !== undefined) await claimKey(tx, actor, { ...file, key, organisationId, sha256, id, now })
  await portal.queue.send(tx, 'check-upload', { uploadId: id, organisationId, by, rows: lines })
  await takeRoom(tx, portal.config, { id, organisationId })
}

/** PostgreSQL was killed while the file arrived, and pieces that weren't on its disk yet went with it. */
class PiecesLost extends Error {
  readonly code = '57P02' // crash_shutdown: as if a connection had seen it
  constructor() {
    super('pieces of a file were lost')
  }
}

/** Thrown to roll back what a repeated request stored a second time. */
class Repeated extends Error {
  readonly uploadId: number
  constructor(uploadId: number) {
    super('repeated')
    this.uploadId = uploadId
  }
}

async function claimKey(
  tx: Transaction,
  actor: Actor,
  file: ReceivedFile & { key: string; organisationId: number; sha256: Buffer; id: number; now: Date },
): Promise<void> {
  const fingerprint = createHash('sha256')
    .update(JSON.stringify([file.organisationCode.toUpperCase(), file.mode]))
    .update(file.sha256)
    .digest()
  const uploadId = await claimIdempotencyKey(tx, {
    administratorId: actor.administratorId,
    organisationId: file.organisationId,
    key: file.key,
    fingerprint,
    uploadId: file.id,
    now: file.now,
  })
  if (uploadId === file.id) return
  if (uploadId !== undefined) throw new Repeated(uploadId)
  throw new InvalidInput('This Idempotency-Key was used for another file. Use a new key for each file.', {
    field: 'Idempotency-Key',
    code: 'idempotency-key-reused',
  })
}
