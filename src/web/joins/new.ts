import type { FastifyReply } from 'fastify'
import { findOrganisation } from '../../directory/organisation.ts'
import { type FoundLeaver, findLeaver } from '../../transfers/find-leaver.ts'
import { joinLeaver } from '../../transfers/join.ts'
import { type Fields, type FormError, field, formErrors } from '../form.ts'
import type { PageRequest } from '../request.ts'

/** By what a leaver of another organisation is found. */
export async function newJoin(request: PageRequest, reply: FastifyReply) {
  return showSearch(request, reply, request.query)
}

/** Who was found, and what they are to be here. */
export async function chooseJoin(request: PageRequest, reply: FastifyReply) {
  const fields = { ...request.body }
  try {
    return await showFound(request, reply, fields, await found(request, fields))
  } catch (error) {
    return showSearch(request, reply, fields, formErrors(error))
  }
}

/** They join: their account comes along with its addresses and its history. */
export async function join(request: PageRequest, reply: FastifyReply) {
  const { portal, actor } = request
  const fields = { ...request.body }
  try {
    const { accountId } = await joinLeaver(portal, actor, {
      ...leaverOf(fields),
      to: codeOf(request, fields),
      localId: field(fields, 'localId'),
      site: field(fields, 'site'),
      organisationalUnit: field(fields, 'organisationalUnit'),
    })
    return await reply.goTo(`/accounts/${accountId}`, 'They have joined. Their account is active again.')
  } catch (error) {
    const errors = formErrors(error)
    if (errors.some(({ field: at }) => ['emailAddress', 'formerLocalId', ''].includes(at)))
      return showSearch(request, reply, fields, errors)
    return showFound(request, reply, fields, await found(request, fields), errors)
  }
}

function found(request: PageRequest, fields: Fields): Promise<FoundLeaver> {
  const { portal, actor } = request
  return findLeaver(portal, actor, { to: codeOf(request, fields), ...leaverOf(fields) })
}

async function showSearch(
  request: PageRequest,
  reply: FastifyReply,
  fields: Fields,
  errors: FormError[] = [],
) {
  const { portal, actor } = request
  const to = await findOrganisation(portal, actor, { code: codeOf(request, fields) })
  return reply.page('joins/new.njk', { to, ...leaverOf(fields), errors })
}

async function showFound(
  request: PageRequest,
  reply: FastifyReply,
  fields: Fields,
  leaver: FoundLeaver,
  errors: FormError[] = [],
) {
  const { portal, actor } = request
  const to = await findOrganisation(portal, actor, { code: codeOf(request, fields) })
  return reply.page('joins/found.njk', {
    to,
    leaver,
    ...leaverOf(fields),
    localId: field(fields, 'localId'),
    sites: options(to.sites, field(fields, 'site')),
    units: options(to.units, field(fields, 'organisationalUnit')),
    errors,
  })
}

function leaverOf(fields: Fields) {
  return {
    emailAddress: field(fields, 'emailAddress'),
    formerLocalId: field(fields, 'formerLocalId'),
  }
}

function codeOf({ organisation }: PageRequest, fields: Fields): string {
  return field(fields, 'organisation') || organisation.code
}

function options(places: readonly { name: string }[], chosen: string) {
  return [
    { value: '', text: 'None' },
    ...places.map(({ name }) => ({ value: name, text: name, selected: name === chosen })),
  ]
}
