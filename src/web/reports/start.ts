import type { FastifyReply } from 'fastify'
import { InvalidInput } from '../../errors.ts'
import { startReport } from '../../reports/run.ts'
import { field } from '../form.ts'
import type { PageRequest } from '../request.ts'

/** “Run”: the report is made in the background, for the organisation in the header. */
export async function runAReport({ portal, actor, organisation, body }: PageRequest, reply: FastifyReply) {
  const kind = field(body, 'kind')
  if (kind !== 'mailbox' && kind !== 'upload-file') throw new InvalidInput('There is no such report.')
  await startReport(portal, actor, { kind, organisationCode: organisation.code })
  return reply.goTo(`/reports#${kind}`)
}
