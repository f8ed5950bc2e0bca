import type { FastifyReply } from 'fastify'
import { addressToLeave, providerOf } from '../../access/openid/provider.ts'
import { SignInRefused } from '../../access/openid/refusal.ts'
import type { Portal } from '../../portal.ts'
import { field } from '../form.ts'
import { link } from '../link.ts'
import type { PageData, PageRequest } from '../request.ts'

export async function showSignIn(request: PageRequest, reply: FastifyReply) {
  if (request.session) return reply.goTo('/')
  const { portal, query } = request
  const next = field(query, 'next')
  const ended = field(query, 'ended') !== ''
  const passwordSet = field(query, 'password') === 'set'
  const left = await whereToLeave(portal, field(query, 'left'))
  return signInPage(request, reply, {
    next,
    ended,
    passwordSet,
    left,
    emergency: field(query, 'with') !== '',
  })
}

/** The page with all ways in that there are. Where passwords are switched off, theirs is a page for emergencies. */
export function signInPage({ portal }: PageRequest, reply: FastifyReply, data: PageData & { next: string }) {
  const { next, emergency } = data
  const byPassword = portal.config.localSignIn === 'on' || emergency === true
  return reply.page('sign-in/show.njk', {
    ...data,
    byPassword,
    isEmergency: byPassword && portal.config.localSignIn === 'off',
    providers: waysElsewhere(portal, { next }),
    emergencyHref: link('/sign-in', { with: 'password', next }),
  })
}

/** The other systems that one can sign in at, each with the address that leads there. */
export function waysElsewhere(portal: Portal, carried: { next?: string; link?: string; again?: string }) {
  return (portal.config.oidcProviders ?? []).map(({ id, name }) => ({
    id,
    name,
    href: link(`/sign-in/with/${id}`, carried),
  }))
}

// Whoever has signed out here may be signed in there still: on a shared computer, the next person is them.
async function whereToLeave(portal: Portal, id: string) {
  if (id === '' || !portal.config.oidcProviders?.some((provider) => provider.id === id)) return null
  const provider = providerOf(portal, id)
  try {
    return { name: provider.name, href: await addressToLeave(portal, provider) }
  } catch (error) {
    if (!(error instanceof SignInRefused)) throw error
    return { name: provider.name, href: undefined }
  }
}
