import { z } from 'zod'
import { mailboxReport } from '../../../reports/mailbox.ts'
import { reportName } from '../../../reports/report-name.ts'
import { endpoint } from '../endpoint.ts'
import { organisationCode } from '../parameters.ts'

export const mailboxCsv = endpoint({
  operationId: 'downloadMailboxReport',
  summary: 'The Mailbox Report',
  query: z.strictObject({ organisation: organisationCode }),
  returns: 'csv',
  handle: async ({ portal, actor, query }) => ({
    filename: reportName('mailbox', query.organisation, portal.clock.now()),
    content: mailboxReport(portal, actor, query.organisation),
  }),
})
