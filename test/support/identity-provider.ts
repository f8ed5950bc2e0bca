import { generateKeyPairSync } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import Provider, { type Adapter, type AdapterPayload, type KoaContextWithOIDC } from 'oidc-provider'
import type { IdentityProvider } from '../../src/identity-providers.ts'

/** Somebody who can sign in there, by the `sub` that they have there. */
export type Account = { email?: string | undefined; email_verified?: boolean | undefined }

/** A real OpenID provider on a port of its own, with a page on which one says who one is, or says no. */
export type TestProvider = AsyncDisposable & {
  issuer: string
  /** As Muster's setting says it. */
  setting: IdentityProvider
  accounts: Record<string, Account>
  /** What it does otherwise than it should. */
  faults: { otherKeys?: boolean; silent?: boolean; broken?: boolean }
}

/**
 * @param publicUrl of the portal that it signs in for
 * @param more what the setting says otherwise
 */
export async function openProvider(
  publicUrl: string,
  more: Partial<IdentityProvider> & { withoutLeaving?: boolean } = {},
): Promise<TestProvider> {
  const { withoutLeaving, ...settings } = more
  const accounts: Record<string, Account> = {}
  const faults: TestProvider['faults'] = {}
  let answer: (request: IncomingMessage, response: ServerResponse) => void = () => {}
  const server = createServer((request, response) => {
    if (faults.silent) return
    if (faults.broken) response.writeHead(502).end('Bad gateway')
    else if (faults.otherKeys && request.url === '/jwks') response.end(JSON.stringify(OTHER_KEYS))
    else answer(request, response)
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const setting: IdentityProvider = {
    id: 'trust',
    name: 'Trust Login',
    issuer,
    clientId: 'muster',
    clientSecret: 'a secret of the two',
    scope: 'openid email profile',
    secondFactorAcr: [],
    trustEmail: false,
    ...settings,
  }
  const provider = makeProvider(issuer, publicUrl, { setting, accounts, withoutLeaving })
  const rest = provider.callback()
  answer = (request, response) => {
    if (request.url?.startsWith('/interaction/')) void interact(provider, request, response)
    else void rest(request, response)
  }
  return {
    issuer,
    setting,
    accounts,
    faults,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((closed) => server.close(closed))
    },
  }
}

const OTHER_KEYS = { keys: [{ ...makeKey('other'), d: undefined }] }

function makeKey(kid: string) {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  return { ...privateKey.export({ format: 'jwk' }), kid, use: 'sig', alg: 'RS256' }
}

function makeProvider(
  issuer: string,
  publicUrl: string,
  of: { setting: IdentityProvider; accounts: Record<string, Account>; withoutLeaving: boolean | undefined },
): Provider {
  const { id, clientId, clientSecret, clientAuthentication = 'post' } = of.setting
  return new Provider(issuer, {
    clients: [
      {
        client_id: clientId,
        client_secret: clientSecret as string,
        token_endpoint_auth_method:
          clientAuthentication === 'post' ? 'client_secret_post' : 'client_secret_basic',
        redirect_uris: [`${publicUrl}/sign-in/with/${id}/back`],
        post_logout_redirect_uris: [`${publicUrl}/sign-in`],
      },
    ],
    adapter: keptInMemory(),
    ttl: { AccessToken: 600, Grant: 600, IdToken: 600, Interaction: 600, Session: 600 },
    jwks: { keys: [makeKey('own')] },
    cookies: { keys: ['a key of the test'] },
    claims: { openid: ['sub', 'acr', 'amr', 'auth_time'], email: ['email', 'email_verified'] },
    acrValues: ['urn:two', 'urn:one'],
    features: {
      devInteractions: { enabled: false },
      rpInitiatedLogout: { enabled: !of.withoutLeaving, logoutSource: askToLeave },
    },
    interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
    findAccount: (_context, sub) => ({ accountId: sub, claims: async () => ({ sub, ...of.accounts[sub] }) }),
    loadExistingGrant: async (context) => {
      const { client, session, provider, params } = context.oidc
      const grant = new provider.Grant({
        clientId: client?.clientId as string,
        accountId: session?.accountId as string,
      })
      grant.addOIDCScope(String(params?.scope))
      await grant.save()
      return grant
    },
  })
}

function askToLeave(context: KoaContextWithOIDC, form: string): void {
  context.body = `<!doctype html><html lang="en"><title>Trust Login</title><h1>Trust Login</h1>
    ${form}<button form="op.logoutForm" name="logout" value="yes">Yes, sign me out</button>`
}

// What the library's own does, without its warning that this isn't for use.
function keptInMemory(): (name: string) => Adapter {
  const all = new Map<string, AdapterPayload>()
  const where = (kind: keyof AdapterPayload, value: string) => async () =>
    [...all.values()].find((one) => one[kind] === value)
  return (name) => ({
    upsert: async (id, payload) => void all.set(`${name} ${id}`, payload),
    find: async (id) => all.get(`${name} ${id}`),
    findByUid: (uid) => where('uid', uid)(),
    findByUserCode: (code) => where('userCode', code)(),
    consume: async (id) => {
      const found = all.get(`${name} ${id}`)
      if (found) found.consumed = Math.floor(Date.now() / 1_000)
    },
    destroy: async (id) => void all.delete(`${name} ${id}`),
    revokeByGrantId: async (grantId) => {
      for (const [key, one] of all) if (one.grantId === grantId) all.delete(key)
    },
  })
}

// GET shows the page; POST takes what was chosen on it.
async function interact(provider: Provider, request: IncomingMessage, response: ServerResponse) {
  if (request.method === 'GET') {
    response.setHeader('content-type', 'text/html; charset=utf-8')
    response.end(`<!doctype html><html lang="en"><title>Trust Login</title><h1>Trust Login</h1>
      <form method="post"><label>Who are you? <input name="login"></label>
      <button>Go on</button> <button name="no" value="no">I don’t agree</button></form>`)
    return
  }
  const pieces: Buffer[] = []
  for await (const piece of request) pieces.push(piece as Buffer)
  const form = new URLSearchParams(Buffer.concat(pieces).toString())
  const login = form.get('login') as string
  const result = form.has('no')
    ? { error: 'access_denied', error_description: 'The person said no' }
    : { login: { accountId: login, remember: true, ...proofFor(login) } }
  await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false })
}

// Whoever's name begins so has shown two factors there.
function proofFor(login: string) {
  return login.startsWith('twice-')
    ? { acr: 'urn:two', amr: ['pwd', 'otp', 'mfa'] }
    : { acr: 'urn:one', amr: ['pwd'] }
}

/**
 * Goes there as a browser would, says who it is, and comes back.
 * @param login the `sub`, or null for who doesn't agree
 * @returns the path at the portal that the provider sends the browser back to
 */
export async function answersThere(address: string, login: string | null): Promise<string> {
  const cookies = new Map<string, string>()
  const { origin } = new URL(address)
  let url = address
  for (let step = 0; step < 10; step += 1) {
    const isPage = new URL(url).pathname.startsWith('/interaction/')
    const answer = await fetch(url, {
      redirect: 'manual',
      headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
      ...(isPage
        ? { method: 'POST', body: new URLSearchParams(login === null ? { no: 'no' } : { login }) }
        : {}),
    })
    for (const cookie of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? []
      cookies.set(name, value)
    }
    const to = answer.headers.get('location')
    if (!to) throw new Error(`${answer.status} at ${url}: ${await answer.text()}`)
    url = new URL(to, url).href
    if (new URL(url).origin !== origin) return url.slice(new URL(url).origin.length)
  }
  throw new Error('The provider never came back.')
}
