import { z } from 'zod'
import { findUpload } from '../../../uploads/find-uploads.ts'
import type { Mapping } from '../../../uploads/mapping.ts'
import { recheckUpload } from '../../../uploads/recheck.ts'
import { endpoint } from '../endpoint.ts'
import { idParameters, text } from '../parameters.ts'
import { UploadAnswer, uploadAnswer } from './upload-schema.ts'

const columns = z.record(text(1000), text(100).nullable())

export const mapUpload = endpoint({
  operationId: 'mapUpload',
  summary: 'Says what the headings of a file mean, and has it checked again',
  params: idParameters,
  body: z.strictObject({
    columns: columns.describe('By the heading as it stands in the file: a field, or null to leave it out.'),
    remember: z
      .boolean()
      .default(false)
      .describe('For the organisation’s next files with these headings too.'),
  }),
  status: 202,
  sends: ['Location'],
  returns: UploadAnswer,
  handle: async ({ portal, actor, params, body, reply }) => {
    await recheckUpload(portal, actor, params.id, { mapping: body.columns, remember: body.remember })
    reply.header('location', `/api/v1/uploads/${params.id}`)
    return uploadAnswer(await findUpload(portal, actor, params.id))
  },
})

/** A mapping that is sent with the file, as JSON. */
export function asMapping(json: string, context: z.RefinementCtx): Mapping {
  const read = columns.safeParse(parsed(json))
  if (read.success) return read.data
  context.addIssue('must be a JSON object of headings and fields, such as {"Personnel no.": "localId"}')
  return z.NEVER
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}
