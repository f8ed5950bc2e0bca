import { z } from 'zod'
import { MODES } from '../../../changes/plan/wanted.ts'
import { InvalidInput } from '../../../errors.ts'
import { findUpload } from '../../../uploads/find-uploads.ts'
import { receiveUpload } from '../../../uploads/receive.ts'
import { endpoint } from '../endpoint.ts'
import { oneOf, organisationCode, text, yesOrNo } from '../parameters.ts'
import { type SentFields, sentFile } from '../read-bodies.ts'
import { asMapping } from './map.ts'
import { UploadAnswer, uploadAnswer } from './upload-schema.ts'

/** What may be said of a file, in the address or in fields of a form before it. */
const WITH_FILE = {
  organisation: organisationCode.optional(),
  mode: oneOf(MODES)
    .optional()
    .describe('What the file may do to the directory: `update` where nothing is said.'),
  divide: yesOrNo
    .optional()
    .describe(
      'Whether rows that name another organisation become an upload of that one; else they are errors.',
    ),
  sheet: text(255)
    .optional()
    .describe('Of a workbook (.xlsx, .ods) the sheet to read; without it, the first that has headings.'),
  mapping: text(20_000)
    .transform(asMapping)
    .optional()
    .describe('What headings mean, as JSON: { "Personnel no.": "localId", "Shift": null }.'),
  note: text(2_000).optional().describe('What colleagues should know of it: up to 500 characters.'),
}

const FORM = z.object(WITH_FILE)

/** Hands in a file. It is checked in the background; nothing is changed before its plan is confirmed. */
export const sendUpload = endpoint({
  operationId: 'sendUpload',
  summary: 'Sends a file to be checked',
  query: z.strictObject({
    ...WITH_FILE,
    filename: z.string().optional().describe('Of a file that is the body itself.'),
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
    const { fields, ...file } = await sentFile(request, query.filename)
    const {
      organisation,
      mode = 'update',
      divide,
      sheet,
      mapping,
      note,
    } = { ...saidInForm(fields), ...query }
    if (organisation === undefined) throw noOrganisation()
    const { id, repeated } = await receiveUpload(portal, actor, {
      ...{ organisationCode: organisation, mode, divide, sheet, mapping, note, ...file },
      ...(key ? { idempotencyKey: key } : {}),
    })
    if (repeated) reply.header('idempotent-replayed', 'true')
    reply.header('location', `/api/v1/uploads/${id}`)
    return uploadAnswer(await findUpload(portal, actor, id))
  },
})

function saidInForm(fields: SentFields): z.output<typeof FORM> {
  const filled = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== ''))
  const said = FORM.safeParse(filled)
  if (said.success) return said.data
  const [issue] = said.error.issues
  const field = String(issue?.path[0] ?? 'file')
  throw new InvalidInput(`The form’s field “${field}” ${issue?.message}.`, { field, code: 'field-invalid' })
}

function noOrganisation(): InvalidInput {
  return new InvalidInput(
    'Say whose accounts the file is about: ?organisation=RX1 in the address, or a field “organisation” before the file.',
    { field: 'organisation', code: 'organisation-missing' },
  )
}
