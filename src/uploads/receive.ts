import { createHash } from 'node:crypto'
import { type Actor, requirePermission, scopeFor } from '../access/actor.ts'
import { encodingDetector } from '../csv/encoding.ts'
import type { Scope, Transaction } from '../database/open.ts'
import { Conflict, InvalidInput } from '../errors.ts'
import type { Portal } from '../portal.ts'
import { gather } from './gather.ts'
import {
  claimIdempotencyKey,
  describeBytes,
  findOrganisationToUpload,
  insertBytes,
  insertUpload,
} from './store.ts'
import type { Mode } from './upload.ts'

export type ReceivedFile = {
  organisationCode: string
  mode: Mode
  filename: string
  bytes: AsyncIterable<Buffer>
  /** A caller's own key: the same key with the same file is the same upload, however often it is sent. */
  idempotencyKey?: string
}

const PIECE_BYTES = 1024 * 1024

/**
 * Step 1 of an upload: once the file is here, stores its bytes and enqueues the check, in one transaction, so that an
 * upload exists wholly or not at all. Memory holds one piece of 1 MiB.
 * @returns the upload's ID; `repeated` when an earlier request with the same key made it
 * @throws InvalidInput for a file that is empty, too large or no text; NotFound, Forbidden; Conflict for a key that was
 *   used for another file or a closed organisation
 */
export async function receiveUpload(
  portal: Portal,
  actor: Actor,
  file: ReceivedFile,
): Promise<{ id: number; repeated: boolean }> {
  // A connection is taken once all is here: clients that send slowly, however many, hold none.
  await using gathered = await gather(inPieces(measured(file.bytes, portal.config.uploadMaxBytes)))
  const scope = scopeFor(actor, 'read-accounts')
  try {
    return await portal.database.transaction(scope, (tx) =>
      store(portal, actor, file, tx, gathered.pieces(), scope),
    )
  } catch (error) {
    if (error instanceof Repeated) return { id: error.uploadId, repeated: true }
    throw error
  }
}

async function store(
  portal: Portal,
  actor: Actor,
  file: ReceivedFile,
  tx: Transaction,
  pieces: AsyncIterable<Buffer>,
  scope: Scope,
): Promise<{ id: number; repeated: boolean }> {
  const organisation = await findOrganisationToUpload(tx, scope, file.organisationCode)
  requirePermission(actor, 'upload', organisation.id)
  if (organisation.closed)
    throw new Conflict(`${organisation.name} is closed: its accounts can't be changed.`)
  const now = portal.clock.now()
  const id = await insertUpload(tx, { ...file, organisationId: organisation.id, actor, now })

  const hash = createHash('sha256')
  const detector = encodingDetector()
  let number = 0
  let size = 0
  let lines = 0
  for await (const bytes of pieces) {
    hash.update(bytes)
    detector.push(bytes)
    size += bytes.length
    lines += lineEnds(bytes)
    await insertBytes(tx, { id, organisationId: organisation.id, number: number++, bytes })
  }

  const detected = detector.end()
  if (detected.kind === 'empty') {
    throw new InvalidInput('The selected file is empty. Choose the file with your changes in it.', {
      field: 'file',
      code: 'file-empty',
    })
  }
  if (detected.kind === 'not-text') {
    throw new InvalidInput(detected.message, { field: 'file', code: 'file-not-text' })
  }
  const sha256 = hash.digest()
  if (file.idempotencyKey !== undefined) {
    await claimKey(tx, actor, { ...file, key: file.idempotencyKey, sha256, id, now })
  }
  await describeBytes(tx, id, { size, sha256, lines, encoding: detected.encoding })
  await portal.queue.send(tx, 'check-upload', { uploadId: id, organisationId: organisation.id, rows: lines })
  return { id, repeated: false }
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
  file: ReceivedFile & { key: string; sha256: Buffer; id: number; now: Date },
): Promise<void> {
  const fingerprint = createHash('sha256')
    .update(JSON.stringify([file.organisationCode.toUpperCase(), file.mode]))
    .update(file.sha256)
    .digest()
  const earlier = await claimIdempotencyKey(tx, {
    administratorId: actor.administratorId,
    key: file.key,
    fingerprint,
    uploadId: file.id,
    now: file.now,
  })
  if (earlier === null) return
  if (earlier.fingerprint.equals(fingerprint)) throw new Repeated(earlier.uploadId)
  throw new InvalidInput('This Idempotency-Key was used for another file. Use a new key for each file.', {
    field: 'Idempotency-Key',
    code: 'idempotency-key-reused',
  })
}

async function* measured(bytes: AsyncIterable<Buffer>, limit: number | undefined): AsyncGenerator<Buffer> {
  let size = 0
  for await (const chunk of bytes) {
    size += chunk.length
    if (limit !== undefined && size > limit) {
      throw new InvalidInput(
        `The selected file must be smaller than ${Math.floor(limit / 1_000_000)} MB. Split it into several files; you can send them all at once.`,
        { field: 'file', code: 'file-too-large' },
      )
    }
    yield chunk
  }
}

async function* inPieces(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let waiting: Buffer[] = []
  let size = 0
  for await (const chunk of chunks) {
    waiting.push(chunk)
    size += chunk.length
    if (size < PIECE_BYTES) continue
    yield Buffer.concat(waiting)
    waiting = []
    size = 0
  }
  if (size > 0) yield Buffer.concat(waiting)
}

const LF = 10
const CR = 13

function lineEnds(bytes: Buffer): number {
  return Math.max(occurrences(bytes, LF), occurrences(bytes, CR))
}

function occurrences(bytes: Buffer, byte: number): number {
  let count = 0
  for (let at = bytes.indexOf(byte); at !== -1; at = bytes.indexOf(byte, at + 1)) count++
  return count
}
