import type { FastifyReply, FastifyRequest } from 'fastify'
import { quoted } from '../../../directory/fault.ts'
import { InvalidInput } from '../../../errors.ts'

/** The account's version as its entity tag (RFC 9110, section 8.8.3). */
export function tagVersion(reply: FastifyReply, version: number): void {
  reply.header('etag', `"${version}"`)
}

/**
 * The version that the caller has read, from `If-Match`; undefined for `*`, whichever it is.
 * @throws InvalidInput where there is none (428) or it is no version of ours
 */
export function readVersion({ headers }: FastifyRequest): number | undefined {
  const given = headers['if-match']?.trim()
  if (given === undefined) {
    throw new InvalidInput(
      'Say which version you have read: send If-Match with the ETag of GET /api/v1/accounts/ID, or * for whichever it is.',
      { field: 'If-Match', code: 'version-required' },
    )
  }
  if (given === '*') return undefined
  // A proxy that compresses answers makes their tags weak.
  const version = /^(?:W\/)?"([1-9]\d{0,8})"$/.exec(given)?.[1]
  if (version !== undefined) return Number(version)
  throw new InvalidInput(
    `If-Match is ${quoted(given)}; it must be an ETag of the account, such as "3", or *. Read the account again.`,
    { field: 'If-Match', code: 'unknown-version' },
  )
}
