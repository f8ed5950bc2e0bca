import type { IdentityProvider } from '../../identity-providers.ts'
import type { Claims } from './provider.ts'

/** How somebody was signed in elsewhere, kept with the session. */
export type OpenIdProof = {
  /** The provider's ID in the settings. */
  provider: string
  /** The number of the linked identity. */
  identity: number
  /** How strongly, in the provider's word. */
  acr: string | null
  /** By what means (RFC 8176). */
  amr: string[]
  /** When, in seconds since 1970; null where the provider doesn't say. */
  authTime: number | null
  /** It counts as a second factor: see `isSecondFactor`. */
  isSecondFactor: boolean
}

const LONGEST = 200
const MOST = 20

/** What is kept of what the provider says. */
export function proofOf(provider: IdentityProvider, identity: number, claims: Claims): OpenIdProof {
  const acr = typeof claims.acr === 'string' ? claims.acr.slice(0, LONGEST) : null
  const amr = (Array.isArray(claims.amr) ? claims.amr : [])
    .filter((means): means is string => typeof means === 'string')
    .slice(0, MOST)
    .map((means) => means.slice(0, LONGEST))
  const authTime = typeof claims.authTime === 'number' ? claims.authTime : null
  const isSecond = isSecondFactor(provider, { acr, amr })
  return { provider: provider.id, identity, acr, amr, authTime, isSecondFactor: isSecond }
}

/** Whether the provider asked for more than a password: it says `mfa`, or an `acr` that the settings count as that. */
export function isSecondFactor(
  provider: Pick<IdentityProvider, 'secondFactorAcr'>,
  { acr, amr }: Pick<OpenIdProof, 'acr' | 'amr'>,
): boolean {
  return amr.includes('mfa') || (acr !== null && provider.secondFactorAcr.includes(acr))
}
