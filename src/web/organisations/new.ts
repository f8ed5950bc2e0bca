import type { FastifyReply } from 'fastify'
import { createOrganisation } from '../../directory/manage-organisations.ts'
import { Conflict, InvalidInput } from '../../errors.ts'
import { field, formErrors } from '../form.ts'
import type { PageRequest } from '../request.ts'

export async function showNewOrganisation(_request: PageRequest, reply: FastifyReply) {
  return reply.page('organisations/new.njk', { values: {} })
}

/** Adds an organisation, whose page is shown next. */
export async function addNewOrganisation({ portal, actor, body }: PageRequest, reply: FastifyReply) {
  const values = { code: field(body, 'code'), name: field(body, 'name') }
  try {
    const id = await createOrganisation(portal, actor, values)
    return await reply.goTo(
      `/organisations/${id}`,
      `${values.name} is added. Invite its first administrator.`,
    )
  } catch (error) {
    if (!(error instanceof InvalidInput || error instanceof Conflict)) throw error
    const errors =
      error instanceof InvalidInput ? formErrors(error) : [{ field: 'code', message: error.message }]
    return reply.page('organisations/new.njk', { values, errors })
  }
}
