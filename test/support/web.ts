import Fastify, { type FastifyInstance } from 'fastify'
import type { Actor } from '../../src/access/actor.ts'
import { startSession } from '../../src/access/sessions.ts'
import type { Portal } from '../../src/portal.ts'
import { webPages } from '../../src/web/pages.ts'
import type { Route } from '../../src/web/routes.ts'

/** A page as a browser without script meets it. */
export type Page = {
  status: number
  url: string
  headers: Record<string, string | string[] | number | undefined>
  html: string
  /** The page's words without its tags, blanks made single. */
  text: string
  bytes: Buffer
  /** The headers of the answers that led here. */
  redirects: Page['headers'][]
}

/** What a form sends. A file makes it multipart, with the file last. */
export type FormFields = Record<string, string | string[] | { filename: string; content: string | Buffer }>

/** A browser without script: keeps cookies, follows redirects, sends the CSRF token of the page that it is on. */
export type Browser = {
  get(path: string): Promise<Page>
  /** Sends a form from the page last opened. */
  submit(
    path: string,
    fields?: FormFields,
    options?: { token?: string | null; headers?: Record<string, string> },
  ): Promise<Page>
  signInAs(actor: Actor): Promise<void>
  cookies: Map<string, string>
}

export type Pages = AsyncDisposable & {
  app: FastifyInstance
  browser(): Browser
  signedIn(actor: Actor): Promise<Browser>
}

/** The web pages on a Fastify of their own, with browsers to open them: no port, no server. */
export async function testPages(portal: Portal, routes?: readonly Route[]): Promise<Pages> {
  const app = Fastify({ logger: false, trustProxy: true })
  await app.register(webPages(portal, routes))
  await app.ready()
  const browser = () => openBrowser(app, portal)
  return {
    app,
    browser,
    signedIn: async (actor) => {
      const signedIn = browser()
      await signedIn.signInAs(actor)
      return signedIn
    },
    [Symbol.asyncDispose]: () => app.close(),
  }
}

function openBrowser(app: FastifyInstance, portal: Portal): Browser {
  const cookies = new Map<string, string>()
  let token: string | undefined

  async function request(
    method: 'GET' | 'POST',
    path: string,
    payload?: { headers: Record<string, string>; body: Buffer },
    redirects: Page['headers'][] = [],
  ): Promise<Page> {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const answer = await app.inject({
      method,
      url: path,
      headers: withoutEmpty({ cookie, 'sec-fetch-site': 'same-origin', ...payload?.headers }),
      ...(payload ? { payload: payload.body } : {}),
    })
    for (const { name, value, maxAge, expires } of answer.cookies) {
      if (maxAge === 0 || (expires && expires.getTime() <= Date.now())) cookies.delete(name)
      else cookies.set(name, value)
    }
    if (answer.statusCode >= 300 && answer.statusCode < 400 && answer.headers.location)
      return request('GET', answer.headers.location, undefined, [...redirects, answer.headers])
    token = /name="_csrf" value="([^"]+)"/.exec(answer.body)?.[1] ?? token
    return {
      status: answer.statusCode,
      url: path,
      headers: answer.headers,
      html: answer.body,
      text: textOf(answer.body),
      bytes: answer.rawPayload,
      redirects,
    }
  }

  return {
    cookies,
    get: (path) => request('GET', path),
    submit: async (path, fields = {}, options = {}) => {
      if (token === undefined) await request('GET', cookies.size > 0 ? '/' : '/sign-in')
      const sent = options.token === undefined ? token : options.token
      const encoded = encode({ ...(sent ? { _csrf: sent } : {}), ...fields })
      return request('POST', path, { ...encoded, headers: { ...encoded.headers, ...options.headers } })
    },
    signInAs: async (actor) => {
      cookies.set('muster-session', await startSession(portal, actor.administratorId))
    },
  }
}

// A header given as empty is one that the browser doesn't send.
function withoutEmpty(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== ''))
}

function encode(fields: FormFields): { headers: Record<string, string>; body: Buffer } {
  const pairs = Object.entries(fields).flatMap(([name, value]) =>
    [value].flat().map((one) => [name, one] as const),
  )
  if (!pairs.some(([, value]) => typeof value === 'object')) {
    const body = new URLSearchParams(pairs.map(([name, value]): [string, string] => [name, value as string]))
    return {
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: Buffer.from(body.toString()),
    }
  }
  const boundary = `----muster${crypto.randomUUID()}`
  const parts = pairs.flatMap(([name, value]) => [
    Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="${name}"`),
    ...(typeof value === 'string'
      ? [Buffer.from(`\r\n\r\n${value}`)]
      : [
          Buffer.from(`; filename="${value.filename}"\r\nContent-Type: text/csv\r\n\r\n`),
          Buffer.from(value.content),
        ]),
    Buffer.from('\r\n'),
  ])
  return {
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
    body: Buffer.concat([...parts, Buffer.from(`--${boundary}--\r\n`)]),
  }
}

function textOf(html: string): string {
  return html
    .replace(/<(script|style)\b[\s\S]*?<\/\1>/g, ' ')
    .replace(/<[^>]*>/g, ' ')
    .replace(/&#39;/g, "'")
    .replace(/&quot;/g, '"')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&amp;/g, '&')
    .replace(/\s+/g, ' ')
    .trim()
}
