import { setTimeout as sleep } from 'node:timers/promises'
import { API_PREFIX } from './api-places.ts'
import type { Answer, Asker } from './asker.ts'
import type { Tally } from './findings.ts'
import { fileOf, type Person } from './people.ts'

const PATIENCE_MS = 120_000

/** Sends a file, and waits until its plan is there. @returns the upload's ID */
export async function sendRows(
  asker: Asker,
  upload: {
    code: string
    mode: string
    rows: readonly Person[]
    headings?: readonly string[]
    divide?: boolean
  },
): Promise<string> {
  const { code: organisation, mode, rows, headings, divide = false } = upload
  const answer = await asker.ask(
    { method: 'POST', url: `${API_PREFIX}/uploads` },
    {
      query: { organisation, mode, divide: String(divide) },
      file: { filename: 'people.csv', content: fileOf(rows, headings) },
    },
  )
  if (answer.status !== 202) throw new Error(`a file was answered with ${answer.status}: ${answer.body}`)
  const { id } = JSON.parse(answer.body)
  await waitFor(asker, String(id), 'checked')
  return String(id)
}

/** Confirms an upload, and waits for its end. */
export async function confirm(asker: Asker, id: string): Promise<void> {
  await asker.ask({ method: 'POST', url: `${API_PREFIX}/uploads/:id/confirmation` }, { id })
  await waitFor(asker, id, 'completed')
}

/** Everything that page and API say of an upload. */
export async function allAbout(
  asker: Asker,
  id: string,
  tally: Tally,
): Promise<{ route: string; answer: Answer }[]> {
  const all: { route: string; answer: Answer }[] = []
  for (const { url, query = {} } of ABOUT) {
    tally.requests++
    const answer = await asker.ask({ method: 'GET', url }, { id, query })
    all.push({ route: `${url} ${new URLSearchParams(query)}`, answer })
  }
  return all
}

const ABOUT: { url: string; query?: Record<string, string> }[] = [
  { url: `${API_PREFIX}/uploads/:id` },
  { url: `${API_PREFIX}/uploads/:id/rows`, query: { limit: '1000' } },
  { url: `${API_PREFIX}/uploads/:id/rows`, query: { limit: '1000', after: '1001' } },
  { url: `${API_PREFIX}/uploads/:id/results.csv` },
  { url: `${API_PREFIX}/uploads/:id/failed-rows.csv` },
  { url: '/uploads/:id' },
  ...['update', 'create', 'possible-duplicates', 'errors', 'unchanged'].map((show) => ({
    url: '/uploads/:id',
    query: { show },
  })),
  { url: '/uploads/:id/progress' },
  { url: '/uploads/:id/problems.csv' },
  { url: '/uploads/:id/results.csv' },
]

async function waitFor(asker: Asker, id: string, status: string): Promise<void> {
  for (const end = Date.now() + PATIENCE_MS; ; await sleep(50)) {
    const { body } = await asker.ask({ method: 'GET', url: `${API_PREFIX}/uploads/:id` }, { id })
    const upload = JSON.parse(body)
    if (upload.status === status) return
    if (Date.now() > end || ['rejected', 'failed', 'cancelled'].includes(upload.status))
      throw new Error(`an upload is ${upload.status} and not ${status}: ${upload.reason}`)
  }
}
