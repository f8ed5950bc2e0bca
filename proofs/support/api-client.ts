import { setTimeout as sleep } from 'node:timers/promises'

/** An upload, as the API tells of it: see docs/api.md. */
export type ApiUpload = {
  id: number
  status: string
  reason: { code: string; message: string } | null
  counts: Record<string, number>
  results: Record<'updated' | 'created' | 'unchanged' | 'skipped' | 'failed', number>
  progress: { done: number; total: number }
}

/** What the server answered, or that it didn't: the connection was refused or broke before the answer was whole. */
export type Answer<T = unknown> = { status: number; body: T } | { status: 0; body: undefined }

type ApiRequest = { body?: string | Uint8Array; headers?: Record<string, string> }

/** A script that speaks to the API, as an integrator's would, at the address that it is told at each call. */
export type ApiClient = {
  /** One try. JSON is read; anything else comes as text. */
  call<T>(method: string, path: string, request?: ApiRequest): Promise<Answer<T>>
  /** Asks until there is an answer. @throws Error when it is a refusal (a status from 400 to 499) */
  ask<T>(method: string, path: string, request?: ApiRequest): Promise<T>
  /**
   * Sends a file until it is taken: the same Idempotency-Key each time, so that it is one upload.
   * @throws Error when the server says that it never will be (a status from 400 to 499)
   */
  send(
    file: string | Uint8Array,
    upload: { organisation: string; mode: string; key: string; filename?: string },
  ): Promise<ApiUpload>
  /** Asks until there is an answer. */
  show(id: number): Promise<ApiUpload>
  /** Confirms until it is answered. Repeating is safe. */
  confirm(id: number): Promise<void>
  /** Waits until the upload has one of these statuses. @throws Error when it ends in another one, or takes too long */
  waitFor(id: number, statuses: readonly string[], patienceMs?: number): Promise<ApiUpload>
  /** The results file. */
  results(id: number): Promise<string>
}

/** Statuses from which an upload doesn't move on. */
const ENDS = ['completed', 'rejected', 'cancelled', 'failed']

const PATIENCE_MS = 120_000

/**
 * @param address whom to ask next, such as one of several web processes in turn
 * @param options.patienceMs how long it waits for an answer before it holds that there is none; for ever when left out
 */
export function apiClient(
  token: string,
  address: () => string,
  options: { patienceMs?: number } = {},
): ApiClient {
  const client: ApiClient = {
    call: async <T>(method: string, path: string, request: ApiRequest = {}) => {
      try {
        const response = await fetch(`${address()}/api/v1${path}`, {
          method,
          headers: { authorization: `Bearer ${token}`, ...request.headers },
          ...(request.body === undefined ? {} : { body: request.body as string }),
          ...(options.patienceMs === undefined ? {} : { signal: AbortSignal.timeout(options.patienceMs) }),
        })
        const text = await response.text()
        const isJson = response.headers.get('content-type')?.includes('json') === true
        return { status: response.status, body: (isJson ? JSON.parse(text) : text) as T }
      } catch {
        return { status: 0, body: undefined }
      }
    },
    send: (file, { organisation, mode, key, filename = 'people.csv' }) =>
      untilAnswered(() =>
        client.call<ApiUpload>('POST', `/uploads?${new URLSearchParams({ organisation, mode, filename })}`, {
          body: file,
          headers: { 'content-type': 'text/csv', 'idempotency-key': key },
        }),
      ),
    ask: <T>(method: string, path: string, request?: ApiRequest) =>
      untilAnswered(() => client.call<T>(method, path, request)),
    show: (id) => client.ask<ApiUpload>('GET', `/uploads/${id}`),
    confirm: async (id) => {
      await client.ask('POST', `/uploads/${id}/confirmation`)
    },
    waitFor: async (id, statuses, patienceMs = PATIENCE_MS) => {
      // The longer it takes the less often: a hundred that wait must not be what keeps them waiting.
      let pause = 50
      for (const end = Date.now() + patienceMs; ; await sleep(pause)) {
        pause = Math.min(pause * 1.2, 1_000)
        const upload = await client.show(id)
        if (statuses.includes(upload.status)) return upload
        const said = `upload ${id} is ${upload.status}, not ${statuses}: ${JSON.stringify(upload.reason)}`
        if (ENDS.includes(upload.status) || Date.now() > end) throw new Error(said)
      }
    },
    results: (id) => client.ask<string>('GET', `/uploads/${id}/results.csv`),
  }
  return client
}

/** Asks again while nobody answers, or the server can't (5xx): what is asked may be repeated. */
async function untilAnswered<T>(ask: () => Promise<Answer<T>>): Promise<T> {
  for (const end = Date.now() + PATIENCE_MS; ; await sleep(100)) {
    const { status, body } = await ask()
    if (status >= 200 && status < 300) return body as T
    if ((status >= 400 && status < 500) || Date.now() > end)
      throw new Error(`${status}: ${JSON.stringify(body)}`)
  }
}
