import type { FastifyRequest } from 'fastify'
import type { Fields } from './form.ts'

/** What a form holds that stays nowhere but in the head of whoever typed it, or in a file. */
const NEVER_KEPT = /^(?:password|current|code|recovery-code|passkey)$/

export type KeptForm = { action: string; fields: { name: string; value: string }[] }

/**
 * A form that was sent and can't be carried out as it came, to be sent again from the page that says so. Null where it can't
 * be kept: it has a password or a file in it, or nothing at all.
 */
export function keptForm(request: FastifyRequest): KeptForm | null {
  if (request.method !== 'POST' || request.isMultipart()) return null
  const fields = sentAlong(request.body as Fields | undefined)
  if (fields.length === 0 || fields.some(({ name }) => NEVER_KEPT.test(name))) return null
  return { action: request.url, fields }
}

/** What a form sent, but for what its page and a proof of who sends it added. */
export function sentAlong(body: Fields | undefined): { name: string; value: string }[] {
  return Object.entries(body ?? {})
    .filter(([name]) => name !== '_csrf' && !/^proof(?:$|-)/.test(name))
    .flatMap(([name, values]) => [values ?? []].flat().map((value) => ({ name, value })))
}
