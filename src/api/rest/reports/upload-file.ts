import { z } from 'zod'
import { reportName } from '../../../reports/report-name.ts'
import { uploadFile } from '../../../reports/upload-file.ts'
import { endpoint } from '../endpoint.ts'
import { organisationCode } from '../parameters.ts'

export const uploadFileCsv = endpoint({
  operationId: 'downloadUploadFile',
  summary: 'The organisation’s accounts under the upload’s own headings, to edit and send back',
  query: z.strictObject({ organisation: organisationCode }),
  returns: 'csv',
  handle: async ({ portal, actor, query }) => ({
    filename: reportName('upload-file', query.organisation, portal.clock.now()),
    content: uploadFile(portal, actor, query.organisation),
  }),
})
