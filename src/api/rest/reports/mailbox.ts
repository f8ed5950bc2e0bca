import { z } from 'zod'
import { mailboxReport } from '../../../reports/mailbox.ts'
import { endpoint } from '../endpoint.ts'
import { organisationCode } from '../parameters.ts'
import { reportName } from './report-name.ts'

export const mailboxCsv = endpoint({
  operationId: 'downloadMailboxReport',
  summary: 'The Mailbox Report',
  query: z.strictObject({ organisation: organisationCode }),
  returns: 'csv',
  handle: async ({ portal, actor, query }) => ({
    filename: reportName('mailbox-report', query.organisation, portal),
    content: mailboxReport(portal, actor, query.organisation),
  }),
})
