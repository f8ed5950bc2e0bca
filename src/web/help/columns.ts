import type { FastifyReply } from 'fastify'
import { may } from '../../access/actor.ts'
import { findUsualSettings } from '../../directory/settings.ts'
import { CLEAR_WORD } from '../../uploads/columns.ts'
import type { PageRequest } from '../request.ts'
import { columnRules } from './column-rules.ts'

/** The upload format, from the format itself. */
export async function showColumns(
  { portal, actor, organisation, organisations }: PageRequest,
  reply: FastifyReply,
) {
  const { mobileRequired } =
    organisations.length > 0 && may(actor, 'read-accounts', organisation.id)
      ? await findUsualSettings(portal, actor, organisation.id)
      : portal.config
  return reply.page('help/columns.njk', {
    columns: columnRules(mobileRequired),
    clearWord: CLEAR_WORD,
    domain: portal.config.mailDomain,
  })
}
