import { errorCodes, type FastifyError, type FastifyRequest } from 'fastify'
import { InvalidInput } from '../errors.ts'
import { announcedBytes, fileArriving, nextPart } from '../request-body.ts'
import type { Fields } from './form.ts'

/** A file that is still arriving: read `bytes` once. */
export type SentFile = { filename: string; bytes: AsyncIterable<Buffer>; announcedBytes: number }

/**
 * Reads a form with a file up to the file, so that the fields (the CSRF token among them) are judged before a byte of
 * the file is taken: `request.body` and `request.sentFile` are what a handler reads.
 */
export async function readFileForm(request: FastifyRequest): Promise<void> {
  if (!request.isMultipart()) return
  if (!request.routeOptions.config.takesFile) throw new errorCodes.FST_ERR_CTP_INVALID_MEDIA_TYPE()
  const fields: Fields = Object.create(null)
  request.body = fields
  const parts = request.parts()
  while (true) {
    // This is no for…of loop: leaving one would end the reading, and the file is still to come.
    const { value: part, done } = await nextPart(request.raw, parts.next()).catch(refuseBroken)
    if (done) return
    if (part.type === 'field') {
      if (typeof part.value === 'string') fields[part.fieldname] = part.value
    } else if (part.filename) {
      // Whoever stops reading halfway, the file being too large, must not close the stream: the rest has to run out.
      const bytes = fileArriving(request.raw, part.file.iterator({ destroyOnReturn: false }))
      request.sentFile = { filename: part.filename, bytes, announcedBytes: announcedBytes(request.raw) }
      return
    } else return // a browser sends an empty file without a name when none was chosen
  }
}

// A body that is too large has a status of its own. Any other error means that the form never ended or names no boundary.
function refuseBroken(error: FastifyError): never {
  if (error.statusCode === 413) throw error
  throw new InvalidInput('The form did not arrive whole. Nothing of it was taken: send it again.')
}
