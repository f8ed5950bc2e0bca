import * as openid from 'openid-client'
import { NotFound } from '../../errors.ts'
import type { IdentityProvider } from '../../identity-providers.ts'
import type { Portal } from '../../portal.ts'
import { SignInRefused } from './refusal.ts'

/** How long a provider may take for one answer. People wait for it. */
const PATIENCE_S = 8
const CLOCKS_DIFFER_S = 30
const KNOWN_FOR_MS = 3600_000

/** @throws NotFound for one that no setting names */
export function providerOf({ config }: Pick<Portal, 'config'>, id: string): IdentityProvider {
  const found = config.oidcProviders?.find((provider) => provider.id === id)
  if (!found) throw new NotFound('There is no such way to sign in.')
  return found
}

/** What goes with the person to the provider, and has to come back with them. */
export type Sent = { state: string; nonce: string; verifier: string }

/**
 * Where the person goes to sign in.
 * @param again the provider is to ask again who they are
 * @throws SignInRefused when the provider doesn't answer
 */
export async function addressToSignIn(
  portal: Portal,
  provider: IdentityProvider,
  sent: Sent,
  { again }: { again: boolean },
): Promise<URL> {
  const configuration = await configurationOf(portal, provider)
  return openid.buildAuthorizationUrl(configuration, {
    redirect_uri: addressToComeBack(portal, provider),
    scope: provider.scope,
    state: sent.state,
    nonce: sent.nonce,
    code_challenge: await openid.calculatePKCECodeChallenge(sent.verifier),
    code_challenge_method: 'S256',
    ...(again ? { prompt: 'login' } : {}),
    ...(provider.acrValues ? { acr_values: provider.acrValues } : {}),
  })
}

/** Where they come back to: one address for each provider, so that no answer is taken for another's. */
export function addressToComeBack(portal: Portal, { id }: IdentityProvider): string {
  return `${portal.config.publicUrl}/sign-in/with/${id}/back`
}

/** Where they leave the provider too; undefined where it has no such place. */
export async function addressToLeave(
  portal: Portal,
  provider: IdentityProvider,
): Promise<string | undefined> {
  const configuration = await configurationOf(portal, provider)
  if (!configuration.serverMetadata().end_session_endpoint) return undefined
  const back = { post_logout_redirect_uri: `${portal.config.publicUrl}/sign-in` }
  return openid.buildEndSessionUrl(configuration, back).href
}

/** What a provider says of whoever signed in there. */
export type Claims = {
  issuer: string
  subject: string
  email: string | undefined
  /** Undefined where it doesn't say. */
  emailVerified: boolean | undefined
  acr: unknown
  amr: unknown
  authTime: unknown
}

/**
 * Takes what the person came back with to the provider, and checks what it says: issuer, state, nonce, signature, times.
 * @param query what came back, as it stands in the address
 * @throws SignInRefused
 */
export async function redeem(
  portal: Portal,
  provider: IdentityProvider,
  query: string,
  sent: Sent,
): Promise<Claims> {
  const configuration = await configurationOf(portal, provider)
  try {
    const tokens = await openid.authorizationCodeGrant(
      configuration,
      new URL(`${addressToComeBack(portal, provider)}?${query}`),
      { expectedState: sent.state, expectedNonce: sent.nonce, pkceCodeVerifier: sent.verifier },
    )
    const said = tokens.claims() as openid.IDToken
    const about =
      said.email !== undefined || !configuration.serverMetadata().userinfo_endpoint
        ? said
        : await openid.fetchUserInfo(configuration, tokens.access_token, said.sub)
    return {
      issuer: said.iss,
      subject: said.sub,
      email: typeof about.email === 'string' ? about.email : undefined,
      emailVerified: asBoolean(about.email_verified),
      acr: said.acr,
      amr: said.amr,
      authTime: said.auth_time,
    }
  } catch (error) {
    throw asRefusal(error)
  }
}

// Some providers send the words.
function asBoolean(value: unknown): boolean | undefined {
  return value === undefined || value === null ? undefined : value === true || value === 'true'
}

const configurations = new WeakMap<
  IdentityProvider,
  { until: number; configuration: Promise<openid.Configuration> }
>()

/** What the provider says of itself, asked once an hour; a question that failed is asked again the next time. */
function configurationOf(portal: Portal, provider: IdentityProvider): Promise<openid.Configuration> {
  const now = portal.clock.now().getTime()
  const kept = configurations.get(provider)
  if (kept && kept.until > now) return kept.configuration
  const configuration = discover(provider).catch((error: Error & { code?: string }) => {
    configurations.delete(provider)
    const code = error.code ?? (error.cause as { code?: string } | undefined)?.code
    portal.log.warn({ provider: provider.id, code }, 'a provider can’t be asked how it signs people in')
    throw new SignInRefused('no-answer', code)
  })
  configurations.set(provider, { until: now + KNOWN_FOR_MS, configuration })
  return configuration
}

function discover(provider: IdentityProvider): Promise<openid.Configuration> {
  const issuer = new URL(provider.issuer)
  return openid.discovery(
    issuer,
    provider.clientId,
    { [openid.clockTolerance]: CLOCKS_DIFFER_S },
    authentication(provider),
    {
      timeout: PATIENCE_S,
      execute: [
        openid.enableNonRepudiationChecks, // the signature too, not only where it came from
        ...(issuer.protocol === 'http:' ? [openid.allowInsecureRequests] : []), // on this machine only
      ],
    },
  )
}

function authentication({ clientSecret, clientAuthentication }: IdentityProvider): openid.ClientAuth {
  if (clientSecret === undefined) return openid.None()
  const [post, basic] = [openid.ClientSecretPost(clientSecret), openid.ClientSecretBasic(clientSecret)]
  return (server, ...rest) => {
    const takesPost = server.token_endpoint_auth_methods_supported?.includes('client_secret_post')
    const way = clientAuthentication ?? (takesPost ? 'post' : 'basic')
    return (way === 'post' ? post : basic)(server, ...rest)
  }
}

const SILENCE = new Set(['OAUTH_TIMEOUT', 'OAUTH_RESPONSE_IS_NOT_CONFORM', 'OAUTH_RESPONSE_IS_NOT_JSON'])

function asRefusal(error: unknown): unknown {
  if (error instanceof openid.AuthorizationResponseError)
    return new SignInRefused(error.error === 'access_denied' ? 'declined' : 'provider-refuses', error.error)
  if (error instanceof openid.ResponseBodyError) return new SignInRefused('provider-refuses', error.error)
  if (error instanceof openid.ClientError)
    return new SignInRefused(SILENCE.has(error.code ?? '') ? 'no-answer' : 'not-genuine', error.code)
  if (error instanceof openid.WWWAuthenticateChallengeError) return new SignInRefused('provider-refuses')
  const isUnreachable = error instanceof TypeError && error.message === 'fetch failed'
  return isUnreachable ? new SignInRefused('no-answer') : error
}
