import { type Actor, asActor } from '../access/actor.ts'
import { actorFor } from '../access/administrators.ts'
import { note } from '../access/audit.ts'
import { mayGovern } from '../access/grantable.ts'
import type { Transaction } from '../database/open.ts'
import { Conflict, Forbidden, InvalidInput, NotFound } from '../errors.ts'
import type { Portal } from '../portal.ts'
import { readOrganisationList } from './read-organisation-list.ts'
import {
  applyRows,
  insertList,
  type ListAction,
  moveList,
  type OrganisationList,
  type PlannedRow,
  planRows,
  selectList,
  selectListRows,
} from './store-organisation-lists.ts'

type ListJob = { listId: number; by: number }

const MOST_BYTES = 20_000_000

/**
 * Reads a list of organisations (code, name, postcode, open or closed) and plans what each row would do. Nothing is
 * changed yet.
 * @returns the list's ID
 * @throws Forbidden | InvalidInput for a file that is no such list
 */
export async function checkOrganisationList(
  portal: Portal,
  actor: Actor,
  file: { filename: string; bytes: AsyncIterable<Buffer> },
): Promise<number> {
  requireGovernor(actor)
  const rows = await readOrganisationList(await whole(file.bytes))
  return governing(portal, actor, async (tx) => {
    const now = portal.clock.now()
    const id = await insertList(tx, {
      filename: file.filename.slice(0, 200),
      createdBy: actor.administratorId,
      now,
    })
    await planRows(tx, id, rows)
    return id
  })
}

/** A list and its rows of one kind, in the file's order. @throws Forbidden | NotFound */
export async function findOrganisationList(
  portal: Portal,
  actor: Actor,
  id: number,
  page: { action: ListAction; after: number; limit: number },
): Promise<OrganisationList & { rows: PlannedRow[]; next: number | null }> {
  return governing(portal, actor, async (tx) => {
    const list = await existing(tx, id)
    const rows = await selectListRows(tx, id, { ...page, limit: page.limit + 1 })
    const shown = rows.slice(0, page.limit)
    return { ...list, rows: shown, next: rows.length > shown.length ? (shown.at(-1)?.row ?? null) : null }
  })
}

/** Has the list applied in the background, once. @throws Forbidden | NotFound | Conflict when nothing is to do */
export async function confirmOrganisationList(portal: Portal, actor: Actor, id: number): Promise<void> {
  await governing(portal, actor, async (tx) => {
    const { counts, status } = await existing(tx, id)
    if (status !== 'checked') return
    if (counts.add + counts.change === 0)
      throw new Conflict('There is nothing to do: no row changes anything.')
    if (!(await moveList(tx, id, { from: 'checked', to: 'queued' }))) return
    await portal.queue.send(tx, 'load-organisations', { listId: id, by: actor.administratorId })
  })
}

/** Applies a list that was confirmed, all of it or nothing, with the rights that its person has by now. */
export async function loadOrganisations(portal: Portal, { data }: { data: ListJob }): Promise<void> {
  const actor = await actorFor(portal, data.by)
  if (!actor || !mayGovern(actor)) return failOrganisationList(portal, data)
  await portal.database.transaction('everything', async (tx) => {
    const now = portal.clock.now()
    if (!(await moveList(tx, data.listId, { from: 'queued', to: 'completed', at: now }))) return
    const written = await applyRows(tx, data.listId, now)
    const { counts } = await existing(tx, data.listId)
    const details = { added: counts.add, changed: counts.change, 'left out': counts.error, written }
    await note(tx, { act: 'organisations-loaded', by: actor, about: { kind: 'organisation' }, details })
  })
}

/** Ends a list whose applying was given up. */
export async function failOrganisationList(portal: Portal, { listId }: ListJob): Promise<void> {
  await portal.database.transaction('everything', (tx) =>
    moveList(tx, listId, { from: 'queued', to: 'failed', at: portal.clock.now() }),
  )
}

async function whole(bytes: AsyncIterable<Buffer>): Promise<Buffer> {
  const pieces: Buffer[] = []
  let size = 0
  for await (const piece of bytes) {
    size += piece.length
    if (size <= MOST_BYTES) pieces.push(piece)
  }
  if (size > MOST_BYTES)
    throw new InvalidInput('This file is larger than 20 MB. Send it in parts.', { field: 'file' })
  return Buffer.concat(pieces)
}

function requireGovernor(actor: Actor): void {
  if (!mayGovern(actor)) throw new Forbidden('Only a Global Administrator may load organisations.')
}

async function governing<T>(portal: Portal, actor: Actor, work: (tx: Transaction) => Promise<T>): Promise<T> {
  requireGovernor(actor)
  return asActor(portal, actor, 'manage-organisations', work)
}

async function existing(tx: Transaction, id: number): Promise<OrganisationList> {
  const list = id <= 2_147_483_647 ? await selectList(tx, id) : undefined
  if (!list) throw new NotFound('There is no such list of organisations.')
  return list
}
