import { type IncomingMessage, request as overHttp } from 'node:http'
import { request as overHttps } from 'node:https'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Command, Option } from 'commander'
import { Failure } from './failure.ts'

/** `content` is made anew for each time that it is sent. */
type Body = { type: string; length: number; content(): Readable }

/** The API of a running portal, as the commands speak to it. */
export type PortalClient = {
  url: string
  get<T>(path: string): Promise<T>
  post<T>(path: string, body?: Body): Promise<T>
  postJson<T>(path: string, value: object): Promise<T>
  /** Whatever anybody else has changed meanwhile. */
  patchJson<T>(path: string, value: object): Promise<T>
  delete<T>(path: string): Promise<T>
  /** The answer's body, still to be read. */
  download(path: string): Promise<Readable>
}

/** The portal can't be reached (just now). */
export class Unreachable extends Failure {
  override name = 'Unreachable'
}

/** The portal asks for a pause. */
class TooManyCalls extends Failure {
  readonly seconds: number
  constructor(seconds: number) {
    super(`The portal can take no more calls for ${seconds} seconds.`)
    this.seconds = seconds
  }
}

export type PortalOptions = { url: string; token?: string }

/** Gives a command the options that say which portal, and who is asking. */
export function speaksToPortal(command: Command): Command {
  return command
    .addOption(new Option('--url <url>', 'the portal').env('MUSTER_URL').default('http://127.0.0.1:3000'))
    .addOption(
      new Option('--token <token>', 'who asks; better in the environment than here').env('MUSTER_TOKEN'),
    )
}

/** @throws Failure without a token, or for an address that is none */
export function portalClient(options: PortalOptions): PortalClient {
  const { token } = options
  if (!token) {
    throw new Failure(
      'A token is needed: set MUSTER_TOKEN. Make one with “muster token create --email YOUR-ADDRESS”.',
    )
  }
  if (!URL.canParse(options.url) || !/^https?:/.test(options.url)) {
    throw new Failure(
      `“${options.url}” is not an address of a portal. Set MUSTER_URL, such as http://127.0.0.1:3000.`,
    )
  }
  const url = options.url.replace(/(?<!\/)\/+$/, '')
  const call = (method: string, path: string, body?: Body) =>
    asOftenAsAllowed(() => send(`${url}/api/v1${path}`, method, token, body))
  return {
    url,
    get: async (path) => readJson(url, await call('GET', path)),
    post: async (path, body) => readJson(url, await call('POST', path, body)),
    postJson: async (path, value) => readJson(url, await call('POST', path, asJson(value))),
    patchJson: async (path, value) => readJson(url, await call('PATCH', path, asJson(value))),
    delete: async (path) => readJson(url, await call('DELETE', path)),
    download: (path) => call('GET', path),
  }
}

function asJson(value: object): Body {
  const bytes = Buffer.from(JSON.stringify(value))
  return { type: 'application/json', length: bytes.length, content: () => Readable.from([bytes]) }
}

async function asOftenAsAllowed<T>(call: () => Promise<T>): Promise<T> {
  while (true) {
    try {
      return await call()
    } catch (error) {
      if (!(error instanceof TooManyCalls)) throw error
      await sleep(error.seconds * 1_000)
    }
  }
}

// Not fetch, which gives up when an answer takes longer than five minutes: a large file may.
async function send(url: string, method: string, token: string, body?: Body): Promise<IncomingMessage> {
  const request = (url.startsWith('https:') ? overHttps : overHttp)(url, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      accept: 'application/json, */*',
      ...(method === 'PATCH' ? { 'if-match': '*' } : {}),
      ...(body ? { 'content-type': body.type, 'content-length': body.length } : {}),
    },
  })
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    request.on('response', resolve)
    request.on('error', (cause) => reject(unreachable(url, cause)))
  })
  if (body) pipeline(body.content(), request).catch((cause) => request.destroy(cause))
  else request.end()
  const response = await answered
  if ((response.statusCode ?? 0) < 400) return response
  const refused = await refusal(url, response)
  request.destroy() // it may still be sending
  throw refused
}

async function readJson<T>(url: string, response: IncomingMessage): Promise<T> {
  const said = await text(response).catch((cause) => {
    throw unreachable(url, cause)
  })
  return JSON.parse(said)
}

function unreachable(url: string, cause: Error): Unreachable {
  const { origin } = new URL(url)
  const code = (cause as NodeJS.ErrnoException).code ?? cause.name
  return new Unreachable(
    `No portal answers at ${origin} (${code}). Is it running? MUSTER_URL says where it is.`,
    { cause },
  )
}

async function refusal(url: string, response: IncomingMessage): Promise<Failure> {
  const said = await text(response).catch(() => '')
  const seconds = Number(response.headers['retry-after'])
  if (response.statusCode === 429 && seconds > 0) return new TooManyCalls(seconds)
  if (response.headers['content-type']?.startsWith('application/problem+json')) {
    const { detail, reference } = JSON.parse(said) as { detail: string; reference?: string }
    return new Failure(reference ? `${detail} Reference: ${reference}.` : detail)
  }
  if (response.statusCode === 502 || response.statusCode === 503) {
    return new Unreachable(
      `The portal at ${new URL(url).origin} is not ready (${response.statusCode}). Try again soon.`,
    )
  }
  return new Failure(
    `${new URL(url).origin} is no Muster portal: it answered ${response.statusCode}. Check MUSTER_URL.`,
  )
}
