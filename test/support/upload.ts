import { Readable } from 'node:stream'
import type { Actor } from '../../src/access/actor.ts'
import { applyChangeSet } from '../../src/changes/apply/apply.ts'
import { confirmChangeSet } from '../../src/changes/confirm.ts'
import type { Mode } from '../../src/changes/plan/wanted.ts'
import type { Portal } from '../../src/portal.ts'
import { checkUpload } from '../../src/uploads/check.ts'
import { findRows } from '../../src/uploads/find-rows.ts'
import { findUpload } from '../../src/uploads/find-uploads.ts'
import { receiveUpload } from '../../src/uploads/receive.ts'
import type { Upload, UploadRow } from '../../src/uploads/upload.ts'

/** Hands in a file as a person would, in pieces. */
export async function receive(
  portal: Portal,
  actor: Actor,
  organisationCode: string,
  file: string | Buffer,
  mode: Mode = 'update',
): Promise<number> {
  const bytes = Readable.from([Buffer.from(file)])
  const { id } = await receiveUpload(portal, actor, { organisationCode, mode, filename: 'people.csv', bytes })
  return id
}

/** Hands in a file and checks it, as the worker would. */
export async function check(
  portal: Portal,
  actor: Actor,
  organisationCode: string,
  file: string | Buffer,
  mode: Mode = 'update',
): Promise<{ upload: Upload; rows: UploadRow[] }> {
  const id = await receive(portal, actor, organisationCode, file, mode)
  const { organisation } = await findUpload(portal, actor, id)
  await checkUpload(portal, { data: { uploadId: id, organisationId: organisation.id } })
  const upload = await findUpload(portal, actor, id)
  const { rows } = await findRows(portal, actor, id, { limit: 1000 })
  return { upload, rows }
}

/** Confirms a checked upload and applies it, as the worker would. */
export async function apply(
  portal: Portal,
  actor: Actor,
  upload: Upload,
): Promise<{ upload: Upload; rows: UploadRow[] }> {
  await confirmChangeSet(portal, actor, upload.id)
  await applyChangeSet(portal, {
    data: { changeSetId: upload.id, organisationId: upload.organisation.id },
  })
  const { rows } = await findRows(portal, actor, upload.id, { limit: 1000 })
  return { upload: await findUpload(portal, actor, upload.id), rows }
}

/** Creates accounts from a file, all the way. */
export async function create(
  portal: Portal,
  actor: Actor,
  organisationCode: string,
  file: string,
): Promise<Upload> {
  const { upload } = await check(portal, actor, organisationCode, file, 'create')
  return (await apply(portal, actor, upload)).upload
}

/** A file's text from lines of cells without quotes. */
export function csv(...lines: string[]): string {
  return `${lines.join('\r\n')}\r\n`
}

/** The first and last name and the mobile of somebody whom nobody takes for one of the others, as cells. */
export function somebody(n: number): string {
  const letters = Array.from(String(n), (digit) => 'abcdefghij'[Number(digit)]).join('')
  return `Jo${letters},Doe${letters},07${100_000_000 + n}`
}
