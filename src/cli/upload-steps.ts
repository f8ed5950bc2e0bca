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
  options: Record<string, string>,
): Promise<UploadJson> {
  return sendTo<UploadJson>(portal, path, '/uploads', options)
}

/** Hands a file in at an address of the API, as a stream. */
export async function sendTo<T>(
  portal: PortalClient,
  path: string,
  to: string,
  options: Record<string, string>,
): Promise<T> {
  const size = await sizeOf(path)
  const query = new URLSearchParams({ ...options, filename: basename(path) })
  const bar = progress('Sending')
  try {
    const content = () => showPassing(createReadStream(path, { highWaterMark: 256 * 1024 }), size, bar)
    return await portal.post<T>(`${to}?${query}`, { type: 'text/csv', length: size, content })
  } finally {
    bar.end()
  }
}

const ASK_FIRST_MS = 100
const ASK_AT_LEAST_MS = 1_000

/** Waits while an upload, or what else stands at the path, is in one of these statuses, through a restart of the portal too. */
export async function waitWhile<T extends { status: string; progress: { done: number; total: number } }>(
  portal: PortalClient,
  path: string,
  statuses: readonly string[],
  what: string,
): Promise<T> {
  const bar = progress(what)
  try {
    return await waitUntil<T>(portal, path, ({ status, progress: { done, total } }) => {
      if (!statuses.includes(status)) return true
      bar.show(done, Math.max(total, 1))
      return false
    })
  } finally {
    bar.end()
  }
}

/** Asks what stands at the path again and again, through a restart of the portal too, until it has ended. */
export async function waitUntil<T>(
  portal: PortalClient,
  path: string,
  hasEnded: (answer: T) => boolean,
): Promise<T> {
  for (let wait = ASK_FIRST_MS; ; wait = Math.min(wait * 1.5, ASK_AT_LEAST_MS)) {
    const answer = await patiently(() => portal.get<T>(path))
    if (hasEnded(answer)) return answer
    await sleep(wait)
  }
}

const AWAY_MS = 60_000

/** Asks again for a minute when the portal can't be reached: for calls that may be repeated. */
export async function patiently<T>(call: () => Promise<T>): Promise<T> {
  const deadline = performance.now() + AWAY_MS
  while (true) {
    try {
      return await call()
    } catch (error) {
      if (!(error instanceof Unreachable) || performance.now() > deadline) throw error
      await sleep(ASK_AT_LEAST_MS)
    }
  }
}

async function sizeOf(path: string): Promise<number> {
  try {
    const found = await stat(path)
    if (found.isDirectory()) throw new Failure(`${path} is a folder. Name the file in it.`)
    return found.size
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code === 'ENOENT') throw new Failure(`There is no file ${path}.`, { cause: error })
    if (code === 'EACCES') throw new Failure(`You may not read ${path}.`, { cause: error })
    throw error
  }
}
