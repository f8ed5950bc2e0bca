import { createReadStream, createWriteStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { portalOn } from '../proofs/support/fresh-portal.ts'
import type { Actor } from '../src/access/actor.ts'
import { actorFor } from '../src/access/administrators.ts'
import { applyChangeSet } from '../src/changes/apply/apply.ts'
import { confirmChangeSet } from '../src/changes/confirm.ts'
import { planUndo, undoChangeSet } from '../src/changes/history/undo.ts'
import type { Portal } from '../src/portal.ts'
import { checkUpload } from '../src/uploads/check.ts'
import { findUpload } from '../src/uploads/find-uploads.ts'
import { receiveUpload } from '../src/uploads/receive.ts'
import { resultsFile } from '../src/uploads/results-file.ts'

const { holdMemoryBack } = createRequire(import.meta.url)('../bin/hold-memory-back.js')

/** What the bench asks of the process that does the work. */
export type Task = { databaseUrl: string; administratorId: number; code: string; file: string; rows: number }

/** Milliseconds by stage, and the most memory that the process ever held, in bytes. */
export type Measured = {
  receive: number
  check: number
  apply: number
  results: number
  /** Taking it back: planned, and applied. */
  undo: number
  peakBytes: number
}

/** Takes one file all the way, as the web process and the worker would, each stage on the clock. */
async function upload(task: Task): Promise<Measured> {
  await using portal = await portalOn(task.databaseUrl)
  const actor = (await actorFor(portal, task.administratorId)) as Actor
  const { id, receive } = await timed('receive', async () => {
    const bytes = createReadStream(task.file) as AsyncIterable<Buffer>
    return receiveUpload(portal, actor, {
      organisationCode: task.code,
      mode: 'update',
      filename: basename(task.file),
      bytes,
    })
  })
  const { organisation } = await findUpload(portal, actor, id)
  const { check } = await timed('check', () =>
    checkUpload(portal, { data: { uploadId: id, organisationId: organisation.id } }),
  )
  const planned = await findUpload(portal, actor, id)
  if (planned.counts.update !== task.rows) throw new Error(`planned ${JSON.stringify(planned.counts)}`)
  const { apply } = await timed('apply', async () => {
    await confirmChangeSet(portal, actor, id)
    await applyChangeSet(portal, { data: { changeSetId: id, organisationId: organisation.id } })
  })
  const done = await findUpload(portal, actor, id)
  if (done.results.updated !== task.rows) throw new Error(`applied ${JSON.stringify(done.results)}`)
  const { results } = await timed('results', async () => {
    const { content } = await resultsFile(portal, actor, id)
    await pipeline(Readable.from(content), createWriteStream(`${task.file}.results`))
  })
  if ((await stat(`${task.file}.results`)).size < (await stat(task.file)).size) {
    throw new Error('the results file is shorter than the upload')
  }
  const peakBytes = process.resourceUsage().maxRSS * 1024
  const { undo } = await timed('undo', () => takeBack(portal, actor, id, organisation.id))
  return { receive, check, apply, results, undo, peakBytes }
}

async function takeBack(portal: Portal, actor: Actor, id: number, organisationId: number): Promise<void> {
  const changeSetId = await undoChangeSet(portal, actor, id)
  await planUndo(portal, { data: { changeSetId, organisationId } })
  await confirmChangeSet(portal, actor, changeSetId)
  await applyChangeSet(portal, { data: { changeSetId, organisationId } })
}

async function timed<Name extends string, T>(
  name: Name,
  work: () => Promise<T>,
): Promise<T & { [name in Name]: number }> {
  const started = performance.now()
  const result = await work()
  return { ...result, [name]: performance.now() - started } as T & { [name in Name]: number }
}

holdMemoryBack() // as bin/muster does
process.on('message', async (task) => {
  process.send?.(await upload(task as Task))
})
