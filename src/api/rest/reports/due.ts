import { z } from 'zod'
import { dueReport } from '../../../reports/due.ts'
import { reportName } from '../../../reports/report-name.ts'
import { endpoint } from '../endpoint.ts'
import { organisationCode } from '../parameters.ts'

export const dueCsv = endpoint({
  operationId: 'downloadDueReport',
  summary: 'What becomes of whom within seven days: leavers to be deleted, deleted accounts to be removed',
  query: z.strictObject({ organisation: organisationCode }),
  returns: 'csv',
  handle: async ({ portal, actor, query }) => ({
    filename: reportName('due', query.organisation, portal.clock.now()),
    content: dueReport(portal, actor, query.organisation),
  }),
})
