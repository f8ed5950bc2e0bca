import type { FastifyReply } from 'fastify'
import { attachment } from '../../csv/attachment.ts'
import { sampleCsv, templateCsv } from '../../uploads/template.ts'
import type { PageRequest } from '../request.ts'

/** A blank file with the upload format's headings. */
export async function sendTemplate(_request: PageRequest, reply: FastifyReply) {
  return send(reply, 'upload-template.csv', templateCsv())
}

/** A filled file that shows how it is done. */
export async function sendSample(_request: PageRequest, reply: FastifyReply) {
  return send(reply, 'upload-sample.csv', sampleCsv())
}

function send(reply: FastifyReply, filename: string, content: string) {
  reply.type('text/csv; charset=utf-8').header('content-disposition', attachment(filename))
  return content
}
