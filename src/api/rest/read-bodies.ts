import { Readable } from 'node:stream'
import multipart, { type MultipartFile } from '@fastify/multipart'
import { errorCodes, type FastifyError, type FastifyInstance, type FastifyRequest } from 'fastify'
import { InvalidInput } from '../../errors.ts'
import { announcedBytes, fileArriving, nextPart } from '../../request-body.ts'

export type SentFile = { filename: string; bytes: AsyncIterable<Buffer>; announcedBytes: number }

/**
 * What bodies the routes of `app` take: files of any size as streams (nothing is gathered, and receiving has the
 * limit), JSON, and an empty body under any name, as scripts send one with a confirmation.
 */
export async function readBodies(app: FastifyInstance): Promise<void> {
  await app.register(multipart, { limits: { fileSize: Number.POSITIVE_INFINITY, files: 2, fields: 20 } })
  for (const type of FILE_TYPES) {
    app.addContentTypeParser(type, (_request, payload, done) => done(null, payload))
  }
  const readJson = app.getDefaultJsonParser('error', 'error')
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) =>
    body === '' ? done(null) : readJson(request, body as string, done),
  )
  app.addContentTypeParser('application/x-www-form-urlencoded', (request, _payload, done) =>
    request.headers['content-length'] === '0'
      ? done(null)
      : done(new errorCodes.FST_ERR_CTP_INVALID_MEDIA_TYPE()),
  )
}

/** What a body may be called that is a file: what it is, its bytes tell. */
const FILE_TYPES = [
  'text/csv',
  'text/plain',
  'application/octet-stream',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  'application/vnd.oasis.opendocument.spreadsheet',
  'application/vnd.ms-excel',
  'application/vnd.ms-excel.sheet.macroEnabled.12',
  'application/zip',
]

/** The fields of a form, before its file. */
export type SentFields = { [name: string]: string }

/**
 * The file of a request: the multipart field `file`, or the body itself.
 * @param filename the name to give a file that comes without one
 * @returns also the form's other fields, which stand before the file: what is to be done with it has to be known first
 * @throws InvalidInput when there is none, or (while its bytes are read) more than one, or it doesn't arrive whole
 */
export async function sentFile(
  request: FastifyRequest,
  filename = 'upload.csv',
): Promise<SentFile & { fields: SentFields }> {
  if (!request.isMultipart()) {
    const { body } = request
    if (body === undefined || body === null) throw noFile()
    if (!(body instanceof Readable)) throw new errorCodes.FST_ERR_CTP_INVALID_MEDIA_TYPE()
    const bytes = fileArriving(request.raw, body.iterator({ destroyOnReturn: false }))
    return { filename, bytes, announcedBytes: announcedBytes(request.raw), fields: {} }
  }
  const fields: SentFields = {}
  const parts = request.parts()
  const next = () => nextPart(request.raw, parts.next()).catch(refuseBroken)
  for (let part = await next(); !part.done; part = await next()) {
    if (part.value.type !== 'file') {
      fields[part.value.fieldname] = String(part.value.value)
      continue
    }
    if (part.value.fieldname !== 'file') {
      throw noFile()
    }
    const bytes = fileArriving(request.raw, only(part.value, next))
    return {
      filename: part.value.filename || filename,
      bytes,
      announcedBytes: announcedBytes(request.raw),
      fields,
    }
  }
  throw noFile()
}

type Parts = ReturnType<FastifyRequest['parts']>
type NextPart = () => ReturnType<Parts['next']>

// The request is read to its end while the file can still be refused: a second file is a mistake worth telling.
async function* only(part: MultipartFile, next: NextPart): AsyncGenerator<Buffer> {
  yield* part.file.iterator({ destroyOnReturn: false })
  for (let other = await next(); !other.done; other = await next()) {
    if (other.value.type !== 'file') {
      if (BEFORE_THE_FILE.has(other.value.fieldname)) throw fieldTooLate(other.value.fieldname)
      continue
    }
    throw new InvalidInput('Send one file a request. You can send several requests at once.', {
      field: 'file',
      code: 'several-files',
    })
  }
}

/** What is done with a file depends on these. */
const BEFORE_THE_FILE = new Set(['organisation', 'mode', 'sheet', 'mapping'])

function fieldTooLate(name: string): InvalidInput {
  return new InvalidInput(
    `The form’s field “${name}” came after the file. Put it before the file, or write it into the address: ?${name}=…`,
    { field: name, code: 'field-after-file' },
  )
}

function refuseBroken(error: FastifyError): never {
  throw error instanceof errorCodes.FST_ERR_CTP_BODY_TOO_LARGE ? error : incomplete()
}

function noFile(): InvalidInput {
  return new InvalidInput(
    'Send a file: as the multipart field “file”, or as the body with its Content-Type, such as text/csv.',
    {
      field: 'file',
      code: 'file-missing',
    },
  )
}

function incomplete(): InvalidInput {
  return new InvalidInput('The file did not arrive whole. Nothing was kept: send it again.', {
    field: 'file',
    code: 'file-incomplete',
  })
}
