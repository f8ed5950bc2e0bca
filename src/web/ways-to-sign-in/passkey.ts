import type { FastifyReply } from 'fastify'
import { addPasskey, arePasskeysPossible, beginPasskey } from '../../access/second-factor/passkeys.ts'
import { lacksFactor } from '../../access/second-factor/required.ts'
import { Conflict, NotFound } from '../../errors.ts'
import { requireFresh } from '../confirm/show.ts'
import { type FormError, field, formErrors } from '../form.ts'
import type { PageRequest } from '../request.ts'
import { afterwards } from './afterwards.ts'

/** A passkey to be made, by the browser or by a key that is plugged in. */
export async function showNewPasskey(request: PageRequest, reply: FastifyReply) {
  requireFresh(request)
  return showPage(request, reply, { name: '', next: field(request.query, 'next') })
}

/** Adds what the browser has made. */
export async function addNewPasskey(request: PageRequest, reply: FastifyReply) {
  const session = requireFresh(request)
  const { portal, body } = request
  const [name, next] = [field(body, 'name'), field(body, 'next')]
  try {
    const codes = await addPasskey(portal, session, { name, answer: field(body, 'passkey') })
    if (codes === null) return await reply.goTo('/ways-to-sign-in', 'Your passkey is added.')
    return await reply.page('ways-to-sign-in/codes.njk', { codes, next: afterwards(next), isFirst: true })
  } catch (error) {
    const errors =
      error instanceof Conflict ? [{ field: 'passkey', message: error.message }] : formErrors(error)
    return showPage(request, reply, { name, next, errors })
  }
}

async function showPage(
  request: PageRequest,
  reply: FastifyReply,
  shown: { name: string; next: string; errors?: FormError[] },
) {
  const { portal } = request
  const session = requireFresh(request)
  if (!arePasskeysPossible(portal.config)) throw new NotFound('There is no such page.')
  return reply.page('ways-to-sign-in/passkey.njk', {
    ...shown,
    options: await beginPasskey(portal, session),
    mustAdd: lacksFactor(portal, session),
  })
}
