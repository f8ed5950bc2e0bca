import type { FastifyReply } from 'fastify'
import { readEmail } from '../../access/email.ts'
import { mayGovern, rolesToGrant } from '../../access/grantable.ts'
import { inviteAdministrator } from '../../access/manage-administrators.ts'
import { ROLE_NAMES, type Role } from '../../access/permissions.ts'
import { Conflict, Forbidden, InvalidInput, refuseTogether } from '../../errors.ts'
import { requireFresh } from '../confirm/show.ts'
import { field, formErrors } from '../form.ts'
import type { PageRequest } from '../request.ts'
import { organisationOfForm } from './to-choose.ts'

/** What each role may do, in a line. */
const MEANS: Record<Role, string> = {
  'global-administrator': 'Everything, in every organisation.',
  'primary-local-administrator':
    'All that a Local Administrator may; manages the organisation, its administrators and settings.',
  'local-administrator': 'Adds and changes people, one by one and from spreadsheets.',
  'local-helpdesk': 'Sees people; disables and enables their accounts.',
  auditor: 'Sees people, uploads, history and the audit log. Changes nothing.',
}

export async function showInvite(request: PageRequest, reply: FastifyReply) {
  return showForm(request, reply, { email: '', name: '', role: '' })
}

/** Mails somebody a link, once, to set a password with. */
export async function invite(request: PageRequest, reply: FastifyReply) {
  const { portal, actor, body } = request
  const [email, name, role] = [field(body, 'email'), field(body, 'name'), field(body, 'role')]
  const ofAll = isOfAll(request)
  requireFresh(request)
  try {
    refuseTogether(
      () => readEmail(email),
      () => refuseNoRole(role),
    )
    const { code } = await organisationOfForm(request)
    const organisation = ofAll ? {} : { organisationCode: code }
    await inviteAdministrator(portal, actor, { email, name, role: role as Role, ...organisation })
    return await reply.goTo(
      ofAll ? '/organisation/administrators?of=all' : '/organisation/administrators',
      `${email} is invited as ${ROLE_NAMES[role as Role]}. They get an e-mail with a link to sign in.`,
    )
  } catch (error) {
    if (!(error instanceof InvalidInput || error instanceof Conflict)) throw error
    const errors =
      error instanceof InvalidInput ? formErrors(error) : [{ field: 'email', message: error.message }]
    return showForm(request, reply, { email, name, role }, errors)
  }
}

function refuseNoRole(role: string): void {
  if (role === '') throw new InvalidInput('Choose a role.', { field: 'role' })
}

async function showForm(
  request: PageRequest,
  reply: FastifyReply,
  values: { email: string; name: string; role: string },
  errors: { field: string; message: string }[] = [],
) {
  const { actor } = request
  const ofAll = isOfAll(request)
  const organisation = await organisationOfForm(request)
  const roles = rolesToGrant(actor, ofAll ? null : organisation.id)
  if (roles.length === 0) throw new Forbidden('Your role in this organisation does not allow this.')
  return reply.page('organisation/invite.njk', {
    values,
    ofAll,
    invitedTo: organisation,
    roles: roleItems(roles, values.role),
    ...(errors.length > 0 ? { errors } : {}),
  })
}

/** The roles as radios; the only one is chosen. */
export function roleItems(roles: readonly Role[], chosen: string) {
  return roles.map((role) => ({
    value: role,
    text: ROLE_NAMES[role],
    hint: { text: MEANS[role] },
    checked: role === chosen || roles.length === 1,
  }))
}

function isOfAll({ actor, query, body }: PageRequest): boolean {
  return (field(query, 'of') === 'all' || field(body, 'of') === 'all') && mayGovern(actor)
}
