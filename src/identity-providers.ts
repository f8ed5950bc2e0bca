import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { isLoopback } from './loopback.ts'

/** A system that signs people in for Muster by OpenID Connect. What each setting does: docs/configuration.md. */
export type IdentityProvider = z.output<typeof PROVIDER>

const PROVIDER = z
  .strictObject({
    id: z.string().regex(/^[a-z0-9-]{1,40}$/, 'must be small letters, digits and dashes'),
    name: z.string().trim().min(1).max(60),
    issuer: z.url({ protocol: /^https?$/ }).refine(isProtected, 'must begin with https://'),
    clientId: z.string().min(1),
    clientSecret: z.string().min(1).optional(),
    clientSecretFile: z.string().min(1).optional(),
    clientAuthentication: z.enum(['post', 'basic']).optional(),
    scope: z.string().default('openid email profile'),
    acrValues: z.string().optional(),
    secondFactorAcr: z.array(z.string()).default([]),
    trustEmail: z.boolean().default(false),
  })
  .refine(
    (it) => !(it.clientSecret && it.clientSecretFile),
    'has clientSecret and clientSecretFile: give one',
  )
  .transform(({ clientSecretFile, ...it }, context) => {
    const clientSecret = clientSecretFile ? readSecret(clientSecretFile) : it.clientSecret
    if (clientSecretFile && !clientSecret)
      context.addIssue(`clientSecretFile ${clientSecretFile} can’t be read, or is empty`)
    return { ...it, clientSecret }
  })

const PROVIDERS = z
  .array(PROVIDER)
  .refine((all) => new Set(all.map(({ id }) => id)).size === all.length, 'two have the same id')

/** What the setting's text says, a JSON list. */
export const identityProviders = z
  .string()
  .transform((text, context) => {
    try {
      return JSON.parse(text) as unknown
    } catch {
      context.addIssue('must be a list in JSON: [{"id": …}]') // not what the parser says, which quotes secrets
      return z.NEVER
    }
  })
  .pipe(PROVIDERS)

// Whoever could listen on the way could sign in as anybody.
function isProtected(issuer: string): boolean {
  const { protocol, hostname } = new URL(issuer)
  return protocol === 'https:' || isLoopback(hostname)
}

function readSecret(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim() || undefined
  } catch {
    return undefined
  }
}
