import type { FastifyReply } from 'fastify'
import { findOwnSessions } from '../../access/find-sessions.ts'
import { findOwnIdentities } from '../../access/openid/identities.ts'
import { endOwnSessions } from '../../access/sessions.ts'
import { count } from '../../words.ts'
import { field, idOf } from '../form.ts'
import type { PageRequest } from '../request.ts'

/** Where one is signed in oneself. */
export async function showSessions({ portal, session, actor }: PageRequest, reply: FastifyReply) {
  const sessions = session ? await findOwnSessions(portal, session) : []
  const identities = await findOwnIdentities(portal, actor)
  return reply.page('sessions/list.njk', {
    sessions: sessions.map((it) => ({ ...it, place: placeWords(it.network, actor.network) })),
    identities: identities.map((it) => ({ ...it, action: `/sessions/identities/${it.id}/removal` })),
    mayUnlink: true,
  })
}

/** Ends one of them, or all but this one. */
export async function endSessions({ portal, session, body }: PageRequest, reply: FastifyReply) {
  if (!session) return reply.goTo('/sign-in')
  const which = field(body, 'session')
  const ended = await endOwnSessions(portal, session, which === 'others' ? which : idOf(which))
  return reply.goTo(
    '/sessions',
    ended === 0 ? 'You were signed in nowhere else.' : `${count(ended, 'session')} ended.`,
  )
}

function placeWords(network: string | null, here: string | undefined): string {
  if (network === null) return 'Not known'
  return network === here ? 'The network where you are now' : `Another network (${network})`
}
