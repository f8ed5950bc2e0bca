import type { FastifyInstance, InjectOptions } from 'fastify'
import type { Actor } from '../../src/access/actor.ts'
import { createToken } from '../../src/access/tokens.ts'
import { applyChangeSet } from '../../src/changes/apply/apply.ts'
import type { Portal } from '../../src/portal.ts'
import { openServer } from '../../src/server/open.ts'
import { checkUpload } from '../../src/uploads/check.ts'

export type Answer = {
  status: number
  headers: Record<string, string>
  text: string
  // biome-ignore lint/suspicious/noExplicitAny: whatever is answered; each test says what it expects
  json: any
}

/** The API as a program with a token meets it, without a port. */
export type Api = {
  get(path: string, headers?: Record<string, string>): Promise<Answer>
  post(path: string, body?: InjectOptions['payload'], headers?: Record<string, string>): Promise<Answer>
  patch(path: string, body: object, headers?: Record<string, string>): Promise<Answer>
  put(path: string, body: object, headers?: Record<string, string>): Promise<Answer>
  delete(path: string, headers?: Record<string, string>): Promise<Answer>
}

export async function openApi(
  portal: Portal,
): Promise<{ app: FastifyInstance; as(actor: Actor): Promise<Api> }> {
  const app = await openServer(portal)
  return { app, as: async (actor) => withToken(app, await createToken(portal, actor.email)) }
}

export function withToken(app: FastifyInstance, token: string | undefined): Api {
  const call = async (options: InjectOptions): Promise<Answer> => {
    const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` }
    const response = await app.inject({ ...options, headers: { ...authorization, ...options.headers } })
    const type = String(response.headers['content-type'] ?? '')
    return {
      status: response.statusCode,
      headers: response.headers as Record<string, string>,
      text: response.body,
      json: type.includes('json') ? response.json() : {},
    }
  }
  const asked =
    (method: 'POST' | 'PATCH' | 'PUT') =>
    (path: string, body?: InjectOptions['payload'], headers: Record<string, string> = {}) =>
      call({ method, url: `/api/v1${path}`, headers, ...(body === undefined ? {} : { payload: body }) })
  return {
    get: (path, headers = {}) => call({ method: 'GET', url: `/api/v1${path}`, headers }),
    post: asked('POST'),
    patch: asked('PATCH'),
    put: asked('PUT'),
    delete: (path, headers = {}) => call({ method: 'DELETE', url: `/api/v1${path}`, headers }),
  }
}

/** Does the job that an upload waits for, as the worker would. */
export async function work(portal: Portal, organisationId: number, uploadId: number): Promise<void> {
  await checkUpload(portal, { data: { uploadId, organisationId } })
  await applyChangeSet(portal, { data: { changeSetId: uploadId, organisationId } })
}

export const CSV = { 'content-type': 'text/csv' }

/** A multipart body with one part each. */
export function multipart(...parts: { name: string; filename?: string; content: string | Buffer }[]) {
  const boundary = 'a-boundary-that-no-file-holds'
  const bytes = parts.flatMap(({ name, filename, content }) => [
    Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="${name}"`),
    Buffer.from(
      filename === undefined ? '\r\n\r\n' : `; filename="${filename}"\r\nContent-Type: text/csv\r\n\r\n`,
    ),
    Buffer.from(content),
    Buffer.from('\r\n'),
  ])
  return {
    body: Buffer.concat([...bytes, Buffer.from(`--${boundary}--\r\n`)]),
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
  }
}
