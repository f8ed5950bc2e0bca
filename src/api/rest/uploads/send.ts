import { z } from 'zod'
import { MODES } from '../../../changes/plan/wanted.ts'
import { findUpload } from '../../../uploads/find-uploads.ts'
import { receiveUpload } from '../../../uploads/receive.ts'
import { endpoint } from '../endpoint.ts'
import { oneOf, organisationCode, text } from '../parameters.ts'
import { sentFile } from '../read-bodies.ts'
import { asMapping } from './map.ts'
import { UploadAnswer, uploadAnswer } from './upload-schema.ts'

/** Hands in a file. It is checked in the background; nothing is changed before its plan is confirmed. */
export const sendUpload = endpoint({
  operationId: 'sendUpload',
  summary: 'Sends a file to be checked',
  query: z.strictObject({
    organisation: organisationCode,
    mode: oneOf(MODES).default('update').describe('What the file may do to the directory.'),
    filename: z.string().optional().describe('Of a file that is the body itself.'),
    sheet: text(255)
      .optional()
      .describe('Of a workbook (.xlsx, .ods) the sheet to read; without it, the first that has headings.'),
    mapping: text(20_000)
      .transform(asMapping)
      .optional()
      .describe('What headings mean, as JSON: { "Personnel no.": "localId", "Shift": null }.'),
  }),
  headers: z.looseObject({
    'idempotency-key': text(255)
      .optional()
      .describe(
        'Sent again with the same file, it is the same upload, and the answer has `Idempotent-Replayed: true`.',
      ),
  }),
  takesFile: true,
  status: 202,
  sends: ['Location', 'Idempotent-Replayed'],
  returns: UploadAnswer,
  handle: async ({ portal, actor, query, request, reply }) => {
    const key = request.headers['idempotency-key'] as string | undefined
    const { id, repeated } = await receiveUpload(portal, actor, {
      organisationCode: query.organisation,
      mode: query.mode,
      sheet: query.sheet,
      mapping: query.mapping,
      ...(await sentFile(request, query.filename)),
      ...(key ? { idempotencyKey: key } : {}),
    })
    if (repeated) reply.header('idempotent-replayed', 'true')
    reply.header('location', `/api/v1/uploads/${id}`)
    return uploadAnswer(await findUpload(portal, actor, id))
  },
})
