import type { FastifyReply } from 'fastify'
import { may } from '../../access/actor.ts'
import { findAdministrators, type ShownAdministrator } from '../../access/find-administrators.ts'
import { mayGovern } from '../../access/grantable.ts'
import { ROLE_NAMES } from '../../access/permissions.ts'
import { field } from '../form.ts'
import { link } from '../link.ts'
import type { PageRequest } from '../request.ts'

const LIMIT = 50
const PATH = '/organisation/administrators'

/** Who has a role in the organisation of the header, or in all where one may see that. */
export async function showAdministrators(request: PageRequest, reply: FastifyReply) {
  const { portal, actor, organisation, query } = request
  const ofAll = field(query, 'of') === 'all' && mayGovern(actor)
  const after = field(query, 'after')
  const { administrators, next } = await findAdministrators(portal, actor, {
    organisationId: ofAll ? null : organisation.id,
    limit: LIMIT,
    ...(after === '' ? {} : { after }),
  })
  const of = ofAll ? 'all' : ''
  return reply.page('organisation/administrators.njk', {
    ofAll,
    mayGovern: mayGovern(actor),
    mayInvite: ofAll ? mayGovern(actor) : may(actor, 'grant-roles', organisation.id),
    inviteHref: link(`${PATH}/new`, { of }),
    administrators: administrators.map((it) => ({ ...it, roles: roleWords(it), since: sinceOf(it) })),
    page: {
      firstHref: after === '' ? null : link(PATH, { of }),
      nextHref: next === null ? null : link(PATH, { of, after: next }),
    },
  })
}

/** Their roles, each with its organisation where it isn't clear which. */
export function roleWords({ roles }: ShownAdministrator): string {
  return roles.map(({ role }) => ROLE_NAMES[role]).join(', ')
}

function sinceOf({ roles }: ShownAdministrator): Date | null {
  const [first] = roles.flatMap(({ since }) => (since === null ? [] : [since])).sort()
  return first === undefined ? null : new Date(first)
}
