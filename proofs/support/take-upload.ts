import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import type { Actor } from '../../src/access/actor.ts'
import { applyChangeSet } from '../../src/changes/apply/apply.ts'
import { confirmChangeSet } from '../../src/changes/confirm.ts'
import type { Mode } from '../../src/changes/plan/wanted.ts'
import type { Portal } from '../../src/portal.ts'
import { checkUpload } from '../../src/uploads/check.ts'
import { findRows } from '../../src/uploads/find-rows.ts'
import { findUpload } from '../../src/uploads/find-uploads.ts'
import { receiveUpload } from '../../src/uploads/receive.ts'
import { resultsFile } from '../../src/uploads/results-file.ts'
import type { Upload, UploadRow } from '../../src/uploads/upload.ts'

/** Where a file goes, who sends it, and what it and others of theirs are called (people.csv when left out). */
export type Sender = { portal: Portal; actor: Actor; code: string; filename?: string }

/** Receives a file, as web would. @returns its upload's ID */
export async function receive(
  { portal, actor, code, filename = 'people.csv' }: Sender,
  bytes: Buffer,
  mode: Mode,
): Promise<number> {
  const file = { organisationCode: code, mode, filename, bytes: Readable.from([bytes]) }
  return (await receiveUpload(portal, actor, file)).id
}

/** Receives and checks a file, as web and worker would. */
export async function check(
  sender: Sender,
  bytes: Buffer,
  mode: Mode,
): Promise<{ upload: Upload; rows: UploadRow[] }> {
  const { portal, actor } = sender
  const id = await receive(sender, bytes, mode)
  const { organisation } = await findUpload(portal, actor, id)
  await checkUpload(portal, { data: { uploadId: id, organisationId: organisation.id } })
  return { upload: await findUpload(portal, actor, id), rows: await allRows({ portal, actor }, id) }
}

/** Confirms an upload and applies it. */
export async function apply({ portal, actor }: Sender, upload: Upload): Promise<void> {
  await confirmChangeSet(portal, actor, upload.id)
  const { id: organisationId } = upload.organisation
  await applyChangeSet(portal, { data: { changeSetId: upload.id, organisationId } })
}

/** Every row of an upload's preview or outcome, page by page as the pages and the API read them. */
export async function allRows(
  { portal, actor }: Omit<Sender, 'code'>,
  id: number,
  limit = 500,
): Promise<UploadRow[]> {
  const rows: UploadRow[] = []
  for (let after: number | null = 0; after !== null; ) {
    const page: { rows: UploadRow[]; next: number | null } = await findRows(portal, actor, id, {
      after,
      limit,
    })
    rows.push(...page.rows)
    after = page.next
  }
  return rows
}

export async function resultsText({ portal, actor }: Omit<Sender, 'code'>, id: number): Promise<string> {
  const { content } = await resultsFile(portal, actor, id)
  return text(Readable.from(content))
}
