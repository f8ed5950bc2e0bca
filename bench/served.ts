import { createReadStream } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { request } from 'node:http'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { makeOrganisation, portalOn } from '../proofs/support/fresh-portal.ts'
import { type MusterProcess, musterProcess } from '../proofs/support/muster-process.ts'
import { createToken } from '../src/access/tokens.ts'
import { findFreePort } from '../src/database/embedded-server.ts'

/** A portal as an operator runs it, in processes of its own, and a script that sends it files. */
export type Served = AsyncDisposable & {
  /** Where pages and API are; first of all. */
  url: string
  processes: MusterProcess[]
  organisations: Organisation[]
}

export type Organisation = { id: number; code: string; token: string }

/**
 * Starts a portal on a migrated database, with organisations in it.
 * @param workers beside a web process; without any, one process is both, as `muster serve` is
 */
export async function serve(databaseUrl: string, codes: string[], workers: number): Promise<Served> {
  await using portal = await portalOn(databaseUrl)
  const organisations: Organisation[] = []
  for (const code of codes) {
    const { id, actor } = await makeOrganisation(portal, code)
    organisations.push({ id, code, token: await createToken(portal, actor.email) })
  }
  const settings = { DATABASE_URL: databaseUrl, SMTP_URL: '' }
  const web = musterProcess('web', workers === 0 ? 'both' : 'web', {
    ...settings,
    PORT: String(await findFreePort()),
  })
  const working = Array.from({ length: workers }, (_, at) =>
    musterProcess(`worker ${at + 1}`, 'worker', settings),
  )
  const processes = [web, ...working]
  await Promise.all(processes.map((process) => process.start()))
  return {
    url: web.url,
    processes,
    organisations,
    [Symbol.asyncDispose]: async () => {
      await Promise.all(processes.map((process) => process.stop()))
    },
  }
}

/** Hands a file in, as it is on the disk. `answerMs` is how long the answer took once the last byte had left. */
export async function handIn(
  { url }: Served,
  { code, token }: Organisation,
  file: string,
): Promise<{ id: number; answerMs: number }> {
  const { size } = await stat(file)
  const sending = request(`${url}/api/v1/uploads?organisation=${code}&mode=update&filename=bench.csv`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'text/csv', 'content-length': size },
  })
  let sent = 0
  sending.on('finish', () => {
    sent = performance.now()
  })
  const answered = Promise.withResolvers<{ id: number; answerMs: number }>()
  sending.on('error', answered.reject)
  sending.on('response', async (response) => {
    const answerMs = performance.now() - sent
    const said = await text(response)
    if (response.statusCode === 202) answered.resolve({ id: JSON.parse(said).id, answerMs })
    else answered.reject(new Error(`${response.statusCode} ${said}`))
  })
  createReadStream(file, { highWaterMark: 256 * 1024 }).pipe(sending)
  return answered.promise
}

/** Takes a file all the way: checked, confirmed, completed. @returns its ID */
export async function takeThrough(served: Served, organisation: Organisation, file: string): Promise<number> {
  const { id } = await handIn(served, organisation, file)
  await confirm(served, organisation, id)
  return id
}

/** Waits for an upload's check, confirms it, and waits until it is completed. */
export async function confirm(served: Served, organisation: Organisation, id: number): Promise<void> {
  await waitFor(served, organisation, id, 'checked')
  await ask(served, organisation, 'POST', `${id}/confirmation`)
  await waitFor(served, organisation, id, 'completed')
}

/** Waits until an upload has a status. @throws Error when it ends in another */
export async function waitFor(
  served: Served,
  organisation: Organisation,
  id: number,
  status: string,
): Promise<void> {
  for (;;) {
    const upload = JSON.parse(await ask(served, organisation, 'GET', `${id}`))
    if (upload.status === status) return
    if (['rejected', 'cancelled', 'failed'].includes(upload.status))
      throw new Error(`an upload is ${upload.status}`)
    await sleep(50)
  }
}

/** Milliseconds that the worker took for an upload's check or apply, by its own log, which comes a moment later. */
export async function jobMs(
  { processes }: Served,
  job: 'check-upload' | 'apply-change-set',
  id: number,
): Promise<number> {
  for (const end = Date.now() + 5_000; Date.now() < end; await sleep(50)) {
    const lines = processes.flatMap((process) => process.log())
    const done = lines.find(
      (line) => line.msg === 'job done' && line.job === job && (line.uploadId ?? line.changeSetId) === id,
    )
    if (done) return done.ms as number
  }
  throw new Error(`no worker tells of the ${job} of upload ${id}`)
}

/** The most memory that a process ever held, in MB. */
export async function peakMemory(process: MusterProcess): Promise<number> {
  const status = await readFile(`/proc/${process.pid()}/status`, 'utf8')
  return Math.round((Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) * 1024) / 1e6)
}

async function ask({ url }: Served, { token }: Organisation, method: string, path: string): Promise<string> {
  const answer = await fetch(`${url}/api/v1/uploads/${path}`, {
    method,
    headers: { authorization: `Bearer ${token}` },
  })
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
  return answer.text()
}
