import type { FastifyReply } from 'fastify'
import { mayUsePassword } from '../../access/break-glass.ts'
import { linkHolder } from '../../access/one-time-links.ts'
import { setPasswordByLink } from '../../access/set-password.ts'
import { type FormError, field, formErrors, rawField } from '../form.ts'
import { makeKnown } from '../known-browser.ts'
import type { PageRequest } from '../request.ts'
import { waysElsewhere } from '../sign-in/show.ts'

/** Where a one-time link leads. Opening it uses nothing up: mail programs open links too. */
export async function showSet(request: PageRequest, reply: FastifyReply) {
  return setPage(request, reply, field(request.query, 'link'))
}

export async function setFromLink(request: PageRequest, reply: FastifyReply) {
  const link = field(request.body, 'link')
  try {
    const password = rawField(request.body, 'password')
    const administratorId = await setPasswordByLink(request.portal, link, password, request.ip)
    await makeKnown(request, reply, administratorId)
    return await reply.goTo('/sign-in?password=set')
  } catch (error) {
    return setPage(request, reply, link, formErrors(error))
  }
}

async function setPage({ portal }: PageRequest, reply: FastifyReply, link: string, errors: FormError[] = []) {
  const holder = await linkHolder(portal, link)
  if (!holder) return reply.code(410).page('password/link-ended.njk')
  return reply.page('password/set.njk', {
    link,
    email: holder.email,
    first: holder.passwordHash === null,
    byPassword: mayUsePassword(portal, holder),
    providers: holder.passwordHash === null ? waysElsewhere(portal, { link }) : [],
    errors,
  })
}
