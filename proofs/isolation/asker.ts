import { API_PREFIX } from './api-places.ts'
import type { Caller } from './callers.ts'
import type { Ask } from './place.ts'
import type { Route } from './routes.ts'

/** What came back: everything that a client sees. */
export type Answer = { status: number; headers: [name: string, value: string][]; body: string }

/** Somebody at the portal's doors: with a browser's cookies at its pages, with a token at its API. */
export type Asker = {
  caller: Caller
  ask(route: Route, ask: Ask): Promise<Answer>
  /** After signing out: signs in again. */
  useSession(session: string): Promise<void>
}

const PATIENCE_MS = 60_000

/** @param origin of the portal, such as http://127.0.0.1:3000 */
export async function openAsker(origin: string, caller: Caller): Promise<Asker> {
  let cookies = ''
  let csrf = ''
  const useSession = async (session: string | null) => {
    const known = session === null ? '' : `muster-session=${session}; `
    // Who isn't signed in has forms too, on the page that asks them to.
    const page = await fetch(`${origin}/password/forgotten`, { headers: { cookie: known } })
    const given = page.headers.getSetCookie().map((cookie) => cookie.split(';')[0])
    cookies = known + given.join('; ')
    csrf = /name="_csrf" value="([^"]+)"/.exec(await page.text())?.[1] ?? ''
  }
  await useSession(caller.session)
  return {
    caller,
    useSession,
    ask: async ({ method, url }, ask) => {
      const query = ask.query ? `?${new URLSearchParams(ask.query)}` : ''
      const path = url
        .replace(':id', encodeURIComponent(ask.id ?? ''))
        .replace(':address', encodeURIComponent(ask.address ?? ''))
      const isApi = url.startsWith(API_PREFIX)
      const token = caller.token === null ? {} : { authorization: `Bearer ${caller.token}` }
      const { headers, body } = bodyOf(ask, isApi ? undefined : csrf)
      const response = await fetch(`${origin}${path}${query}`, {
        method,
        redirect: 'manual',
        headers: { ...(isApi ? token : { cookie: cookies }), ...headers, ...ask.headers },
        ...(body === undefined ? {} : { body }),
        signal: AbortSignal.timeout(PATIENCE_MS),
      })
      return { status: response.status, headers: [...response.headers], body: await read(response) }
    },
  }
}

/** All that arrives: a file whose reader's rights are found wanting is cut off, and then says so at its end. */
async function read(response: Response): Promise<string> {
  const pieces: Uint8Array[] = []
  let end = ''
  try {
    for await (const piece of response.body ?? []) pieces.push(piece)
  } catch (error) {
    const { code } = ((error as Error).cause ?? {}) as { code?: string }
    if (code !== 'UND_ERR_SOCKET') throw error
    end = '(cut off)'
  }
  return Buffer.concat(pieces).toString() + end
}

/** @param csrf of a page's form; undefined for the API, which has none */
function bodyOf(
  { form, json, file }: Ask,
  csrf: string | undefined,
): { headers?: Record<string, string>; body?: FormData | URLSearchParams | Buffer<ArrayBuffer> | string } {
  if (json !== undefined)
    return { headers: { 'content-type': 'application/json' }, body: JSON.stringify(json) }
  if (form === undefined)
    return file === undefined
      ? {}
      : { headers: { 'content-type': 'text/csv' }, body: Buffer.from(file.content) }
  const fields = Object.entries(csrf === undefined ? form : { _csrf: csrf, ...form })
  if (file === undefined) return { body: new URLSearchParams(fields) }
  const parts = new FormData()
  for (const [name, value] of fields) parts.append(name, value)
  parts.append('file', new File([Buffer.from(file.content)], file.filename, { type: 'text/csv' }))
  return { body: parts }
}
