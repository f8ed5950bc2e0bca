import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Failure } from './failure.ts'
import type { UploadJson } from './plan-text.ts'
import { type PortalClient, Unreachable } from './portal-client.ts'
import { progress, showPassing } from './progress.ts'

/** Hands the file in, as a stream. */
export async function sendFile(
  portal: PortalClient,
  path: string,
  options: { organisation: string; mode: string },
): Promise<UploadJson> {
  const size = await sizeOf(path)
  const query = new URLSearchParams({ ...options, filename: basename(path) })
  const bar = progress('Sending')
  try {
    const content = showPassing(createReadStream(path, { highWaterMark: 256 * 1024 }), size, bar)
    return await portal.post<UploadJson>(`/uploads?${query}`, { type: 'text/csv', length: size, content })
  } finally {
    bar.end()
  }
}

const ASK_FIRST_MS = 100
const ASK_AT_LEAST_MS = 1_000
const AWAY_MS = 60_000

/** Waits while the upload is in one of these statuses, through a restart of the portal too. */
export async function waitWhile(
  portal: PortalClient,
  { id }: UploadJson,
  statuses: readonly string[],
  what: string,
): Promise<UploadJson> {
  const bar = progress(what)
  let wait = ASK_FIRST_MS
  let answered = performance.now()
  try {
    while (true) {
      try {
        const upload = await portal.get<UploadJson>(`/uploads/${id}`)
        if (!statuses.includes(upload.status)) return upload
        answered = performance.now()
        bar.show(upload.progress.done, Math.max(upload.progress.total, 1))
      } catch (error) {
        if (!(error instanceof Unreachable) || performance.now() - answered > AWAY_MS) throw error
      }
      await sleep(wait)
      wait = Math.min(wait * 1.5, ASK_AT_LEAST_MS)
    }
  } finally {
    bar.end()
  }
}

async function sizeOf(path: string): Promise<number> {
  try {
    const found = await stat(path)
    if (found.isDirectory()) throw new Failure(`${path} is a folder. Name the CSV file in it.`)
    return found.size
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code === 'ENOENT') throw new Failure(`There is no file ${path}.`, { cause: error })
    if (code === 'EACCES') throw new Failure(`You may not read ${path}.`, { cause: error })
    throw error
  }
}
