import type { FastifyReply } from 'fastify'
import { MODES, type Mode } from '../../changes/plan/wanted.ts'
import { InvalidInput, refuseTogether } from '../../errors.ts'
import { receiveUpload } from '../../uploads/receive.ts'
import type { SentFile } from '../file-form.ts'
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
    const sent = { organisationCode: sentFor.code, divide, ...typed, ...whole(mode, sentFile) }
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

/** @throws InvalidInput for each of the two that is missing */
function whole(mode: Mode | undefined, sentFile: SentFile | null | undefined): SentFile & { mode: Mode } {
  if (mode && sentFile) return { mode, ...sentFile }
  const wrong = (message: string, field: string) => () => {
    throw new InvalidInput(message, { field })
  }
  refuseTogether(
    ...(mode ? [] : [wrong('Select what this file may do', 'mode')]),
    ...(sentFile ? [] : [wrong('Select a file', 'file')]),
  )
  throw new Error('one of the two is missing')
}
