import { scopeFor } from '../access/actor.ts'
import { loadActor } from '../access/administrators.ts'
import { allotChangeSetId, lockChangeSet } from '../changes/store.ts'
import type { Encoding } from '../csv/encoding.ts'
import type { Scope, Transaction } from '../database/open.ts'
import { tidyText } from '../directory/tidy-text.ts'
import { InvalidInput } from '../errors.ts'
import { inBatches } from '../flow/in-batches.ts'
import type { Portal } from '../portal.ts'
import { number } from '../words.ts'
import { Cancelled, meaningsFor, progressOf } from './check-progress.ts'
import { textMarked } from './damage/marks.ts'
import { packRow } from './part.ts'
import { type RowReader, readRows, type UploadedRow } from './read-rows.ts'
import { FileRejected } from './rejected.ts'
import { readBytes, takeUploadToCheck, type UploadToCheck } from './store.ts'
import {
  becomePart,
  insertPart,
  insertPieces,
  type PartPiece,
  replaceBytes,
  selectNamed,
  selectToDivide,
  type ToDivide,
} from './store-parts.ts'
import { takeRoom } from './waiting.ts'

/** Each makes an upload of its own, with its check, its confirmation and its mails. */
const MOST_ORGANISATIONS = 500

/** Rows that are looked at together. */
const BATCH = { rows: 5_000, length: 4 * 1024 * 1024 }

/** So much is held of all organisations' rows before it is written, in characters. */
const MOST_HELD = 8 * 1024 * 1024
const PIECE = 1024 * 1024

/** Where the pieces of the upload's own part begin, until those of the file are gone. */
const OWN_PIECES = 1_000_000

/**
 * Where a file is one of several organisations: takes out the rows of each other one that is named and that its sender
 * may send files for, now as then, and makes an upload of them. What names none, or can't be read, stays with the
 * upload as which the file came, to be told there as errors. One transaction, before the check: done again from the
 * start where it was killed, and nothing where it was done.
 * @throws FileRejected where the file can't be used, Cancelled when it isn't wanted any more
 */
export async function divideUpload(
  portal: Portal,
  { uploadId, organisationId }: { uploadId: number; organisationId: number },
  signal?: AbortSignal,
): Promise<void> {
  const find = (tx: Transaction) => selectToDivide(tx, uploadId)
  if (!(await portal.database.transaction([organisationId], find))) return
  await portal.database.onLease((connection) =>
    connection.transaction([organisationId], async (tx) => {
      const upload = await takeUploadToCheck(tx, uploadId)
      const asked = await find(tx)
      if (!upload || !asked) return
      const scope = await scopeOf(tx, asked)
      await tx.setScope(scope === 'everything' ? scope : [organisationId, ...scope])
      await divide(portal, tx, upload, { by: asked.by, scope, signal })
    }),
  )
}

/** Where whoever sent the file might send it, and may still. */
async function scopeOf(tx: Transaction, { among, by }: ToDivide): Promise<Scope> {
  const sender = await loadActor(tx, by)
  const now = sender ? scopeFor(sender, 'upload') : []
  if (among === 'everything') return now
  return now === 'everything' ? among : among.filter((id) => now.includes(id))
}

type Division = { by: number; scope: Scope; signal: AbortSignal | undefined }

async function divide(
  portal: Portal,
  tx: Transaction,
  upload: UploadToCheck,
  { by, scope, signal }: Division,
): Promise<void> {
  const { uploadMaxRows: maxRows, uploadMaxColumns: maxColumns } = portal.config
  let said: Awaited<ReturnType<typeof meaningsFor>>
  const meaningsOf = async (words: readonly string[]) => {
    said = await meaningsFor(tx, upload, words)
    return said
  }
  // Whether new people need a mobile is each organisation's to say, at its own check.
  const options = { mode: upload.mode, mobileRequired: false, maxRows, maxColumns, meaningsOf }
  const reader = await readRows(readBytes(tx, upload.id), {
    encoding: upload.encoding as Encoding,
    ...options,
  })
  const codes = codesOf(reader)
  const parts = partsOf(tx, upload)
  const progress = progressOf(portal, upload)
  for await (const batch of inBatches(reader.rows, BATCH)) {
    signal?.throwIfAborted()
    const filled = batch.filter((row) => !row.isBlank)
    await codes.look(filled, (unknown) => selectNamed(tx, scope, unknown))
    for (const row of filled) await parts.add(codes.organisationOf(row) ?? upload.organisationId, row)
    await progress((batch.at(-1) as UploadedRow).row)
  }
  await parts.end()
  if ((await lockChangeSet(tx, scope, upload.id))?.status !== 'checking') throw new Cancelled()
  const read = { part: reader.head(), mapping: said ? Object.fromEntries(said) : null }
  await becomePart(tx, upload.id, { ...read, lines: parts.of(upload.organisationId)?.rows ?? 0 })
  const at = portal.clock.now()
  for (const { id, organisationId, rows, size } of parts.others()) {
    await insertPart(tx, upload.id, { ...read, id, organisationId, by, at, lines: rows, size })
    await portal.queue.send(tx, 'check-upload', { uploadId: id, organisationId, by, rows })
    await takeRoom(tx, portal.config, { id, organisationId }).catch(refuse)
  }
}

function refuse(error: unknown): never {
  if (error instanceof InvalidInput && error.code === 'too-many-waiting')
    throw new FileRejected('too-many-waiting', `For one of the organisations that it names: ${error.message}`)
  throw error
}

/** Which organisation each row names. Codes are looked up once. */
function codesOf({ headings }: RowReader) {
  const at = headings.columns.find(({ column }) => column.name === 'organisationCode')?.at
  if (at === undefined) {
    throw new FileRejected(
      'no-organisation-column',
      'The file has no column OrganisationCode, by which the rows of several organisations are told apart. Add it and fill it on every row, or send the file for one organisation alone.',
    )
  }
  const place = at
  const found = new Map<string, number | null>()
  return {
    async look(
      rows: readonly UploadedRow[],
      select: (codes: string[]) => Promise<{ id: number; code: string }[]>,
    ): Promise<void> {
      const unknown = new Set(rows.map(codeOf).filter((code) => code !== '' && !found.has(code)))
      if (unknown.size === 0) return
      for (const code of unknown) found.set(code, null)
      for (const { id, code } of await select([...unknown])) found.set(code, id)
    },
    organisationOf: (row: UploadedRow) => found.get(codeOf(row)) ?? null,
  }

  // Of a row that can't be read nobody knows whose it is.
  function codeOf({ cells, shape }: UploadedRow): string {
    if (shape.damage) return ''
    const text = tidyText(cells[place] ?? '')
    const code = (textMarked(text) ?? text).trim().toUpperCase()
    return code.length <= LONGEST_CODE ? code : ''
  }
}

const LONGEST_CODE = 64

type Held = {
  id: number
  organisationId: number
  rows: number
  size: number
  pieces: number
  held: string[]
  length: number
}

/** The rows of each organisation, written piece by piece. */
function partsOf(tx: Transaction, upload: UploadToCheck) {
  const parts = new Map<number, Held>()
  let held = 0

  return {
    async add(organisationId: number, row: UploadedRow): Promise<void> {
      const part = parts.get(organisationId) ?? (await begin(organisationId))
      const packed = packRow(row)
      part.rows++
      part.held.push(packed)
      part.length += packed.length
      held += packed.length
      if (part.length >= PIECE) await write([part])
      else if (held >= MOST_HELD) await write([...parts.values()])
    },
    async end(): Promise<void> {
      await write([...parts.values()])
      await replaceBytes(tx, upload.id, OWN_PIECES)
    },
    of: (organisationId: number) => parts.get(organisationId),
    /** In one order for all files, so that of two that are divided at once neither waits for the other for good. */
    others: () =>
      [...parts.values()]
        .filter(({ organisationId }) => organisationId !== upload.organisationId)
        .sort((one, other) => one.organisationId - other.organisationId),
  }

  async function begin(organisationId: number): Promise<Held> {
    if (parts.size === MOST_ORGANISATIONS) throw tooMany()
    const isOwn = organisationId === upload.organisationId
    const id = isOwn ? upload.id : await allotChangeSetId(tx)
    const pieces = isOwn ? OWN_PIECES : 0
    const part = { id, organisationId, rows: 0, size: 0, pieces, held: [], length: 0 }
    parts.set(organisationId, part)
    return part
  }

  async function write(some: readonly Held[]): Promise<void> {
    const pieces = some.filter((part) => part.held.length > 0).map(pieceOf)
    if (pieces.length > 0) await insertPieces(tx, pieces)
  }

  function pieceOf(part: Held): PartPiece {
    const { id, organisationId } = part
    const bytes = Buffer.from(`[${part.held.join(',')}]`)
    part.size += bytes.length
    held -= part.length
    part.held = []
    part.length = 0
    return { id, organisationId, number: part.pieces++, bytes }
  }
}

function tooMany(): FileRejected {
  return new FileRejected(
    'too-many-organisations',
    `The file names more than ${number(MOST_ORGANISATIONS)} organisations, the most that one file may name. Split it and send the parts.`,
  )
}
