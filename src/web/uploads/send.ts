import type { FastifyReply } from 'fastify'
import { MODES } from '../../changes/plan/wanted.ts'
import { InvalidInput } from '../../errors.ts'
import { receiveUpload } from '../../uploads/receive.ts'
import { field, formErrors } from '../form.ts'
import { organisationOfForm } from '../organisation/to-choose.ts'
import type { PageRequest } from '../request.ts'
import { uploadForm } from './new.ts'

/** Takes the file in; its check runs in the background. */
export async function sendUpload(request: PageRequest, reply: FastifyReply) {
  const { portal, actor, body, sentFile } = request
  const sentFor = await organisationOfForm(request)
  const mode = MODES.find((each) => each === field(body, 'mode'))
  const typed = { sheet: field(body, 'sheet'), note: field(body, 'note') }
  const divide = field(body, 'accounts') === 'named'
  try {
    if (!mode) throw new InvalidInput('Select what this file may do', { field: 'mode' })
    if (!sentFile) throw new InvalidInput('Select a file', { field: 'file' })
    const sent = { organisationCode: sentFor.code, mode, divide, ...typed, ...sentFile }
    const { id } = await receiveUpload(portal, actor, sent)
    return await reply.goTo(`/uploads/${id}`)
  } catch (error) {
    return reply.page('uploads/new.njk', {
      ...(await uploadForm(request, sentFor, mode)),
      ...{ ...typed, divide },
      errors: formErrors(error),
    })
  }
}
