import sql from 'sql-template-tag'
import { cancelChangeSet } from '../../src/changes/cancel.ts'
import { confirmChangeSet } from '../../src/changes/confirm.ts'
import { noteMove, noteReason } from '../../src/changes/store.ts'
import { sendResults } from '../../src/uploads/send-results.ts'
import type { Upload } from '../../src/uploads/upload.ts'
import { keepUp } from '../../src/worker/upkeep.ts'
import { apply, check, receive, type Sender } from './take-upload.ts'

/** What an upload may look like to who opens its page. */
export type UploadState =
  | 'checking'
  | 'rejected'
  | 'checked'
  | 'creating'
  | 'queued'
  | 'applying'
  | 'stopping'
  | 'completed'
  | 'created'
  | 'cancelled'
  | 'failed'
  | 'expired'

/**
 * An upload in each state, by its ID. They stay as they are while they are looked at: no worker may be running.
 * @param files one with rows of every kind but creations, and one that creates
 */
export async function uploadsInEveryState(
  sender: Sender & { organisationId: number },
  files: { update: string; create: string },
): Promise<Record<UploadState, number>> {
  const { portal, actor, organisationId } = sender
  const write = portal.database.transaction.bind(portal.database, [organisationId])
  const checked = async (file: string, mode: 'update' | 'create' = 'update') =>
    (await check(sender, Buffer.from(file), mode)).upload
  const confirmed = async () => {
    const upload = await checked(files.update)
    await confirmChangeSet(portal, actor, upload.id)
    return upload.id
  }
  const applying = async () => {
    const id = await confirmed()
    await write((tx) => noteMove(tx, id, 'applying', new Date()))
    return id
  }
  const done = async (upload: Upload) => {
    await apply(sender, upload)
    await sendResults(portal, { uploadId: upload.id, organisationId })
    return upload.id
  }
  const cancelled = async (id: number) => {
    await cancelChangeSet(portal, actor, id)
    return id
  }
  const failed = async (id: number) => {
    const message = 'Something went wrong on our side while the rows were applied.'
    await write((tx) => noteReason(tx, id, { code: 'apply-failed', message }))
    await write((tx) => noteMove(tx, id, 'failed', new Date()))
    return id
  }
  const expired = async (id: number) => {
    await write((tx) =>
      tx.run(sql`update change_set set completed_at = now() - interval '1 year' where id = ${id}`),
    )
    await keepUp(portal)
    return id
  }
  return {
    checked: (await checked(files.update)).id,
    creating: (await checked(files.create, 'create')).id,
    rejected: (await checked('Name\r\nJane\r\n')).id,
    queued: await confirmed(),
    applying: await applying(),
    stopping: await cancelled(await applying()),
    cancelled: await cancelled((await checked(files.update)).id),
    failed: await failed(await confirmed()),
    completed: await done(await checked(files.update)),
    created: await done(await checked(files.create, 'create')),
    expired: await expired(await done(await checked(files.update))),
    checking: await receive(sender, Buffer.from(files.update), 'update'),
  }
}
