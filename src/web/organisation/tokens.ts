import type { FastifyReply } from 'fastify'
import { findTokens, type ShownToken } from '../../access/find-tokens.ts'
import { endOfDay } from '../../access/last-day.ts'
import {
  createOwnToken,
  refuseWithoutName,
  revokeShownToken,
  rolesForToken,
} from '../../access/own-tokens.ts'
import { ROLE_NAMES, type Role } from '../../access/permissions.ts'
import { InvalidInput, refuseTogether } from '../../errors.ts'
import { requireFresh } from '../confirm/show.ts'
import { type Fields, field, formErrors, idOf } from '../form.ts'
import type { PageRequest } from '../request.ts'

const PATH = '/organisation/tokens'
const YEAR_MS = 365 * 24 * 3600_000

/** One's own tokens, and those that are good for the organisations where one gives roles. */
export async function showTokens({ portal, actor }: PageRequest, reply: FastifyReply) {
  const tokens = await findTokens(portal, actor)
  return reply.page('organisation/tokens.njk', {
    tokens: tokens.map((token) => ({
      ...token,
      isOwn: token.holder.id === actor.administratorId,
      goodFor: goodFor(token),
      lastDay: token.expiresAt && new Date(token.expiresAt.getTime() - 1),
    })),
  })
}

export async function showNewToken(request: PageRequest, reply: FastifyReply) {
  const inAYear = new Date(request.portal.clock.now().getTime() + YEAR_MS).toISOString().slice(0, 10)
  return showForm(request, reply, { until: inAYear })
}

/** Makes a token and shows it: on this page, and never again. */
export async function makeAToken(request: PageRequest, reply: FastifyReply) {
  const { portal, actor, body } = request
  requireFresh(request)
  try {
    const [name, until] = [field(body, 'name'), field(body, 'until')]
    refuseTogether(
      () => refuseWithoutName({ name }),
      () => lastDayIn(until),
    )
    const [code, role] = [field(body, 'organisation'), field(body, 'role')]
    const { token, made } = await createOwnToken(portal, actor, {
      ...{ name, expiresAt: lastDayIn(until) },
      ...(code === '' ? {} : { organisationCode: code }),
      ...(role === '' ? {} : { role: role as Role }),
    })
    return await reply.page('organisation/token-made.njk', { token, made, goodFor: goodFor(made) })
  } catch (error) {
    return showForm(request, reply, body ?? {}, formErrors(error))
  }
}

function lastDayIn(until: string): Date {
  if (until === '') throw new InvalidInput('Enter the last day on which it works.', { field: 'until' })
  return endOfDay(until, 'until')
}

/** Ends one at once. */
export async function revokeAToken({ portal, actor, params }: PageRequest, reply: FastifyReply) {
  const { name, id } = await revokeShownToken(portal, actor, idOf(params.id))
  return reply.goTo(PATH, `The token ${name === '' ? id : `“${name}”`} works no more.`)
}

async function showForm(
  request: PageRequest,
  reply: FastifyReply,
  values: Fields,
  errors: ReturnType<typeof formErrors> = [],
) {
  const [code, role] = [field(values, 'organisation'), field(values, 'role')]
  return reply.page('organisation/token-new.njk', {
    values: { name: field(values, 'name'), until: field(values, 'until') },
    places: [
      { value: '', text: 'Wherever I may work' },
      ...request.organisations.map(({ code, name }) => ({ value: code, text: `${name} (${code})` })),
    ].map((item) => ({ ...item, selected: item.value === code })),
    roles: [
      { value: '', text: 'All that I may do' },
      ...rolesForToken(request.actor).map((value) => ({ value, text: `${ROLE_NAMES[value]} at most` })),
    ].map((item) => ({ ...item, selected: item.value === role })),
    ...(errors.length > 0 ? { errors } : {}),
  })
}

function goodFor({ organisation, role }: ShownToken): string {
  const what = role === null ? 'All that its holder may do' : `${ROLE_NAMES[role]} at most`
  return organisation === null ? what : `${what}, in ${organisation.name} only`
}
