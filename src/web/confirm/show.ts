import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { confirmSelf, isFresh, type Proof } from '../../access/second-factor/confirm.ts'
import { findOwnFactors } from '../../access/second-factor/find-factors.ts'
import { askForPasskey } from '../../access/second-factor/passkeys.ts'
import type { Session } from '../../access/sessions.ts'
import { isLarge } from '../../changes/large.ts'
import { type Fields, type FormError, field, formErrors, rawField } from '../form.ts'
import { sentAlong } from '../kept-form.ts'
import { pathHere } from '../path-here.ts'
import type { PageRequest } from '../request.ts'
import { waysElsewhere } from '../sign-in/show.ts'

/** What matters most was asked for, long after they showed who they are: the page that asks is the answer. */
export class ProofNeeded extends Error {
  override name = 'ProofNeeded'
}

/**
 * Has whoever is signed in show again who they are, unless they did a while ago. What they sent comes again with their
 * answer, so that nothing is lost.
 * @throws ProofNeeded
 */
export function requireFresh({ portal, session }: PageRequest): Session {
  if (session === null || !isFresh(portal, session)) throw new ProofNeeded()
  return session
}

/** The same before changes are confirmed that are large together. */
export async function requireFreshIfLarge(request: PageRequest, ...changeSetIds: number[]): Promise<void> {
  const { portal, session, actor } = request
  if (session !== null && isFresh(portal, session)) return
  if (await isLarge(portal, actor, changeSetIds)) throw new ProofNeeded()
}

/** Reads what the page that asks has sent, before whatever it was asked for goes on. */
export async function readProof(app: FastifyInstance): Promise<void> {
  app.addHook('preHandler', async (request, reply) => {
    const { portal, session, ip } = request
    const body = request.body as Fields | undefined
    if (session === null || field(body, 'proof') === '') return
    try {
      await confirmSelf(portal, session, proofIn(body), ip)
    } catch (error) {
      return reply.send(await showConfirm(request, reply, asOnPage(formErrors(error))))
    }
  })
}

function proofIn(body: Fields | undefined): Proof {
  const [passkey, code] = [field(body, 'proof-passkey'), field(body, 'proof-code')]
  if (passkey !== '') return { passkey }
  return code === '' ? { password: rawField(body, 'proof-password') } : { code }
}

/** The page that asks, and that brings along what was sent. */
export async function showConfirm(request: FastifyRequest, reply: FastifyReply, errors: FormError[] = []) {
  const { portal, actor, session } = request
  const { factors, hasPassword } = await findOwnFactors(portal, actor)
  const isForm = request.method === 'POST'
  return reply.page('confirm/show.njk', {
    action: isForm ? request.url : '/confirm',
    sent: isForm ? sentAlong(request.body as Fields | undefined) : [{ name: 'next', value: request.url }],
    hasPassword,
    hasApp: factors.some(({ kind }) => kind === 'app'),
    passkey: session && (await askForPasskey(portal, session.idHash, actor)),
    elsewhere: waysAgain(request),
    errors,
  })
}

// Whoever came in at another system may have nothing to show here. What they sent has to be sent again.
function waysAgain({ portal, session, method, url, headers }: FastifyRequest) {
  const { referer = '' } = headers
  const from = URL.canParse(referer) ? new URL(referer).pathname + new URL(referer).search : '/'
  return waysElsewhere(portal, { next: pathHere(method === 'POST' ? from : url), again: 'yes' }).filter(
    ({ id }) => id === session?.openid?.provider,
  )
}

export async function askToConfirm(_request: PageRequest, reply: FastifyReply) {
  return reply.goTo('/')
}

/** They have shown it: on to where they were. */
export async function confirmed({ body }: PageRequest, reply: FastifyReply) {
  return reply.goTo(field(body, 'next'))
}

function asOnPage(errors: FormError[]): FormError[] {
  return errors.map((error) => ({ ...error, field: error.field === '' ? '' : `proof-${error.field}` }))
}
