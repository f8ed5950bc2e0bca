import type { FastifyReply } from 'fastify'
import { findOwnFactors } from '../../access/second-factor/find-factors.ts'
import { arePasskeysPossible } from '../../access/second-factor/passkeys.ts'
import { renewCodes } from '../../access/second-factor/recovery-codes.ts'
import { removeOwnFactor } from '../../access/second-factor/remove.ts'
import { isRequired } from '../../access/second-factor/required.ts'
import { Conflict } from '../../errors.ts'
import { requireFresh } from '../confirm/show.ts'
import { type FormError, field, idOf } from '../form.ts'
import type { PageRequest } from '../request.ts'

const PATH = '/ways-to-sign-in'

/** What one signs in with oneself. */
export async function showWays(request: PageRequest, reply: FastifyReply) {
  return showPage(request, reply)
}

export async function removeWay(request: PageRequest, reply: FastifyReply) {
  const session = requireFresh(request)
  try {
    await removeOwnFactor(request.portal, session, idOf(field(request.body, 'factor')))
  } catch (error) {
    if (!(error instanceof Conflict)) throw error
    return showPage(request, reply, [{ field: 'factors', message: error.message }])
  }
  return reply.goTo(PATH, 'It is removed: it lets nobody in any more.')
}

/** Makes new recovery codes and shows them: on this page, and never again. */
export async function renewRecoveryCodes(request: PageRequest, reply: FastifyReply) {
  const session = requireFresh(request)
  const { portal, actor } = request
  if ((await findOwnFactors(portal, actor)).factors.length === 0) return reply.goTo(PATH)
  return reply.page('ways-to-sign-in/codes.njk', { codes: await renewCodes(portal, session), next: PATH })
}

async function showPage({ portal, actor }: PageRequest, reply: FastifyReply, errors: FormError[] = []) {
  return reply.page('ways-to-sign-in/list.njk', {
    ...(await findOwnFactors(portal, actor)),
    arePasskeysPossible: arePasskeysPossible(portal.config),
    isRequired: isRequired(portal.config, actor),
    errors,
  })
}
