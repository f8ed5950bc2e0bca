import type { FastifyReply } from 'fastify'
import { findAdministrator, type ShownRole } from '../../access/find-administrators.ts'
import { mayGovern, rolesToGrant } from '../../access/grantable.ts'
import { setDisabled, setRole } from '../../access/manage-administrators.ts'
import { findIdentities, unlinkOf } from '../../access/openid/identities.ts'
import { ROLE_NAMES, type Role } from '../../access/permissions.ts'
import { mayRemoveFactors, removeFactorsOf } from '../../access/second-factor/remove.ts'
import { Conflict, InvalidInput } from '../../errors.ts'
import { requireFresh } from '../confirm/show.ts'
import { field, idOf } from '../form.ts'
import type { PageRequest } from '../request.ts'
import { roleItems } from './invite.ts'

const PATH = '/organisation/administrators'

/** One administrator: their roles, each to be changed or ended. */
export async function showAdministrator(request: PageRequest, reply: FastifyReply) {
  return showPage(request, reply)
}

/** Changes a role, ends one, or lets them sign in no more (or again): at once. */
export async function changeAdministrator(request: PageRequest, reply: FastifyReply) {
  const { portal, actor, params, body } = request
  const administratorId = idOf(params.id)
  const { name } = await findAdministrator(portal, actor, administratorId)
  const act = field(body, 'act')
  requireFresh(request)
  const code = field(body, 'organisation') || null
  try {
    if (act === 'disable' || act === 'enable') {
      await setDisabled(portal, actor, administratorId, act === 'disable')
      const said = act === 'disable' ? 'can’t sign in any more, and is signed out' : 'may sign in again'
      return await reply.goTo(`${PATH}/${administratorId}`, `${name} ${said}.`)
    }
    if (act === 'remove-second-factor') {
      await removeFactorsOf(portal, actor, administratorId)
      return await reply.goTo(`${PATH}/${administratorId}`, `${name} has no second factor any more.`)
    }
    if (act === 'unlink') {
      await unlinkOf(portal, actor, administratorId, idOf(field(body, 'identity')))
      return await reply.goTo(`${PATH}/${administratorId}`, 'That sign-in is unlinked.')
    }
    const role = act === 'end' ? null : (field(body, 'role') as Role)
    if (role === ('' as Role)) throw new InvalidInput('Choose a role.', { field: fieldOf(code) })
    await setRole(portal, actor, { administratorId, organisationCode: code, role })
    if (role !== null)
      return await reply.goTo(`${PATH}/${administratorId}`, `${name} is now ${ROLE_NAMES[role]}.`)
    const list = code === null ? `${PATH}?of=all` : PATH
    return await reply.goTo(
      list,
      `${name} has no role ${code === null ? 'over all organisations' : `in ${code}`} any more.`,
    )
  } catch (error) {
    if (!(error instanceof InvalidInput || error instanceof Conflict)) throw error
    return showPage(request, reply, [{ field: fieldOf(code), message: error.message }])
  }
}

async function showPage(
  { portal, actor, organisation, params }: PageRequest,
  reply: FastifyReply,
  errors: { field: string; message: string }[] = [],
) {
  const administrator = await findAdministrator(portal, actor, idOf(params.id))
  const identities = await findIdentities(portal, actor, administrator.id)
  const isOneself = administrator.id === actor.administratorId
  const places = Map.groupBy(administrator.roles, ({ organisation }) => organisation?.id ?? null)
  const here = [organisation.id, ...places.keys()].filter((id, at, all) => all.indexOf(id) === at)
  return reply.page('organisation/administrator.njk', {
    administrator,
    isOneself,
    mayRemoveFactor: administrator.hasSecondFactor && !isOneself && mayRemoveFactors(actor, administrator),
    mayDisable: mayGovern(actor) && !isOneself,
    identities: identities.map((it) => ({ ...it, action: `${PATH}/${administrator.id}` })),
    mayUnlink: mayGovern(actor),
    places: here.map((id) => {
      const roles = places.get(id) ?? []
      const of = roles[0]?.organisation ?? (id === null ? null : organisation)
      const chosen = roles[0]?.role ?? ''
      return {
        of,
        field: fieldOf(of?.code ?? null),
        since: roles.map(sinceWords),
        roles: isOneself ? [] : roleItems(rolesToGrant(actor, id), chosen),
        hasRole: roles.length > 0,
      }
    }),
    ...(errors.length > 0 ? { errors } : {}),
  })
}

function sinceWords({ role, since }: ShownRole) {
  return { role: ROLE_NAMES[role], since: since === null ? null : new Date(since) }
}

function fieldOf(code: string | null): string {
  return `role-${code ?? 'all'}`
}
