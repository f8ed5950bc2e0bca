import type { FastifyReply } from 'fastify'
import { findAccounts } from '../../directory/find-accounts.ts'
import { accountsIn, changeOrganisation } from '../../directory/manage-organisations.ts'
import { findOrganisation } from '../../directory/organisation.ts'
import { InvalidInput } from '../../errors.ts'
import { field, formErrors, idOf } from '../form.ts'
import { link } from '../link.ts'
import type { PageRequest } from '../request.ts'

const LIMIT = 50

/** One organisation; of a closed one also whose accounts are still to be transferred. */
export async function showOrganisation(request: PageRequest, reply: FastifyReply) {
  return showPage(request, reply)
}

/** Renames it, closes it or opens it again. */
export async function saveOrganisation(request: PageRequest, reply: FastifyReply) {
  const { portal, actor, params, body } = request
  const id = idOf(params.id)
  const { code } = await findOrganisation(portal, actor, { id })
  const act = field(body, 'act')
  try {
    if (act === 'rename' && field(body, 'name') === '')
      throw new InvalidInput('Enter a name.', { field: 'name' })
    const set = act === 'rename' ? { name: field(body, 'name') } : { closed: act === 'close' }
    const { name, closed } = await changeOrganisation(portal, actor, code, set)
    const done = act === 'rename' ? 'renamed' : closed ? 'closed' : 'open again'
    return await reply.goTo(`/organisations/${id}`, `${name} is ${done}.`)
  } catch (error) {
    return showPage(request, reply, formErrors(error))
  }
}

async function showPage(
  { portal, actor, params, query }: PageRequest,
  reply: FastifyReply,
  errors: ReturnType<typeof formErrors> = [],
) {
  const shown = await findOrganisation(portal, actor, { id: idOf(params.id) })
  const after = field(query, 'after')
  const left = shown.closed
    ? await findAccounts(portal, actor, {
        organisationId: shown.id,
        limit: LIMIT,
        ...(after ? { after } : {}),
      })
    : { accounts: [], next: null }
  const path = `/organisations/${shown.id}`
  return reply.page('organisations/show.njk', {
    shown,
    total: await accountsIn(portal, actor, shown.id),
    left: left.accounts,
    page: {
      firstHref: after ? path : null,
      nextHref: left.next === null ? null : link(path, { after: left.next }),
    },
    ...(errors.length > 0 ? { errors } : {}),
  })
}
