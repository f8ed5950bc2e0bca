import type { FastifyReply } from 'fastify'
import { InvalidInput } from '../../errors.ts'
import { receiveUpload } from '../../uploads/receive.ts'
import { MODES } from '../../uploads/upload.ts'
import { field, formErrors } from '../form.ts'
import { columnRules } from '../help/column-rules.ts'
import type { PageRequest } from '../request.ts'

/** Takes the file in, for the organisation in the header; its check runs in the background. */
export async function sendUpload(request: PageRequest, reply: FastifyReply) {
  const { portal, actor, organisation, body, sentFile } = request
  const mode = MODES.find((each) => each === field(body, 'mode'))
  try {
    if (!mode) throw new InvalidInput('Select what this file may do', { field: 'mode' })
    if (!sentFile) throw new InvalidInput('Select a CSV file', { field: 'file' })
    const { id } = await receiveUpload(portal, actor, {
      organisationCode: organisation.code,
      mode,
      ...sentFile,
    })
    return await reply.goTo(`/uploads/${id}`)
  } catch (error) {
    return reply.page('uploads/new.njk', {
      mode,
      columns: columnRules(portal.config.mobileRequired),
      errors: formErrors(error),
    })
  }
}
