import { createHash } from 'node:crypto'
import { type Actor, requirePermission, scopeFor } from '../access/actor.ts'
import { asActorNow, rightsOfNow } from '../access/rights-of-now.ts'
import type { Mode } from '../changes/plan/wanted.ts'
import { allotChangeSetId } from '../changes/store.ts'
import type { Transaction } from '../database/open.ts'
import { isUndecided, WritesLost } from '../database/sql-state.ts'
import { Conflict, InvalidInput } from '../errors.ts'
import type { Portal } from '../portal.ts'
import { arrivingFile } from './arriving-file.ts'
import { fileName } from './file-name.ts'
import { describer, type FileFacts, inPieces } from './file-pieces.ts'
import { type Mapping, readMapping } from './mapping.ts'
import { readNote } from './read-note.ts'
import {
  claimIdempotencyKey,
  deleteBytes,
  insertBytes,
  insertUpload,
  isKeyKnown,
  selectOrganisationToUpload,
  storedSize,
} from './store.ts'
import { noteMapping } from './store-mapping.ts'
import { noteDivideAmong } from './store-parts.ts'
import type { SentAs } from './upload.ts'
import { requireRoom, takeRoom } from './waiting.ts'

export type ReceivedFile = {
  organisationCode: string
  mode: Mode
  filename: string
  bytes: AsyncIterable<Buffer>
  /** Whether rows that name another organisation become an upload of that one; otherwise they are errors. */
  divide?: boolean | undefined
  /** Which sheet of a workbook is meant; without it, the first that looks like an upload. */
  sheet?: string | undefined
  /** What its sender says of its headings. */
  mapping?: Mapping | undefined
  /** For colleagues: up to 500 characters. */
  note?: string | undefined
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
  const note = readNote(file.note)
  if (file.mapping) readMapping(file.mapping) // before anything of the file is read
  const facts = describer()
  const { bytes, sentAs } = arrivingFile(file, portal.config)
  const arriving = inPieces(bytes, facts, portal.config, file.announcedBytes)
  const place = await within(portal, actor, async (tx) => {
    const organisationId = await organisationFor(tx, actor, file)
    return { organisationId, id: await allotChangeSetId(tx), isRepeat: await isRepeat(tx, actor, file) }
  })
  // Pieces that stay here all the same go after a day: src/worker/upkeep.ts.
  const forget = () => within(portal, actor, (tx) => deleteBytes(tx, place.id)).catch(() => {})
  let read: ReadableFile
  try {
    await storePieces(portal, actor, place, arriving)
    read = { ...readable(facts.end()), ...sentAs() }
  } catch (error) {
    await forget()
    throw error
  }
  const named = { ...file, filename, note }
  try {
    await asActorNow(portal, actor, 'upload', place.organisationId, (tx, _scope, now) =>
      complete(portal, tx, now, named, place.id, read),
    )
    return { id: place.id, repeated: false }
  } catch (error) {
    // Where the database went away, the upload may have been made: then its bytes are its own.
    if (!isUndecided(error)) await forget()
    if (error instanceof Repeated) return { id: error.uploadId, repeated: true }
    throw error
  }
}

type Place = { id: number; organisationId: number; isRepeat: boolean }

async function storePieces(
  portal: Portal,
  actor: Actor,
  place: Place,
  arriving: AsyncIterable<Buffer>,
): Promise<void> {
  const asNow = rightsOfNow(portal, actor, 'upload', place.organisationId)
  let number = 0
  for await (const bytes of arriving) {
    await asNow(async (tx) => {
      await insertBytes(tx, { ...place, number, bytes })
      if (number % PIECES_UNASKED === 1 && !place.isRepeat) await requireRoom(tx, portal.config, place)
    })
    number++
  }
}

/** From the second piece on, so many arrive before it is asked again whether there is room. A single one is soon whole. */
const PIECES_UNASKED = 16

function within<T>(portal: Portal, actor: Actor, work: (tx: Transaction) => Promise<T>): Promise<T> {
  return portal.database.transaction(scopeFor(actor, 'read-accounts'), work)
}

async function organisationFor(tx: Transaction, actor: Actor, file: ReceivedFile): Promise<number> {
  const scope = scopeFor(actor, 'read-accounts')
  const organisation = await selectOrganisationToUpload(tx, scope, file.organisationCode)
  requirePermission(actor, 'upload', organisation.id)
  if (organisation.closed)
    throw new Conflict(`${organisation.name} is closed: its accounts can't be changed.`)
  return organisation.id
}

// A file that was sent before isn't counted again.
async function isRepeat(
  tx: Transaction,
  actor: Actor,
  { idempotencyKey: key }: ReceivedFile,
): Promise<boolean> {
  return key !== undefined && (await isKeyKnown(tx, actor.administratorId, key))
}

type ReadableFile = FileFacts & SentAs & { encoding: string }

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
  { keptSize, detected: _, ...read }: ReadableFile,
): Promise<void> {
  if ((await storedSize(tx, id)) !== keptSize) throw new WritesLost('pieces of the file were lost')
  const organisationId = await organisationFor(tx, actor, file) // it may have been closed meanwhile
  const now = portal.clock.now()
  const { mode, filename, note, idempotencyKey: key } = file
  const { sha256, lines } = read
  const by = actor.administratorId
  await insertUpload(tx, { id, organisationId, mode, filename, note, by, now, ...read })
  if (file.mapping) await noteMapping(tx, id, readMapping(file.mapping))
  if (file.divide) await noteDivideAmong(tx, id, scopeFor(actor, 'upload'))
  if (key !== undefined) await claimKey(tx, actor, { ...file, key, organisationId, sha256, id, now })
  await portal.queue.send(tx, 'check-upload', { uploadId: id, organisationId, by, rows: lines })
  await takeRoom(tx, portal.config, { id, organisationId })
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
    .update(
      JSON.stringify([
        file.organisationCode.toUpperCase(),
        file.mode,
        ...(file.mapping ? [file.mapping] : []),
        ...(file.divide ? ['divide'] : []),
      ]),
    )
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
