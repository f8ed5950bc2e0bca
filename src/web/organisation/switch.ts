import type { FastifyReply } from 'fastify'
import { keepInSession } from '../../access/sessions.ts'
import { NotFound } from '../../errors.ts'
import { field } from '../form.ts'
import type { PageRequest } from '../request.ts'
import { ORGANISATION_PAGES } from './pages.ts'
import { openOrganisation } from './to-choose.ts'

const SECTIONS = ['/', '/accounts', '/uploads', '/reports', ...ORGANISATION_PAGES.map(({ href }) => href)]

/** Works for another organisation from now on, and goes to the same section's first page there. */
export async function switchOrganisation(request: PageRequest, reply: FastifyReply) {
  const { portal, actor, session, body } = request
  const id = field(body, 'organisation')
  if (id === '') return reply.goTo('/organisation')
  const chosen = /^\d{1,9}$/.test(id) ? await openOrganisation(portal, actor, Number(id)) : undefined
  if (!session || !chosen) throw new NotFound('There is no such organisation.')
  await keepInSession(portal, session, { organisationId: chosen.id })
  return reply.goTo(SECTIONS.find((section) => section === field(body, 'from')) ?? '/')
}
