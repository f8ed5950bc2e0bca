import { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'
import { sendTable } from '../../spreadsheets/send-table.ts'
import { sampleCsv, templateCsv } from '../../uploads/template.ts'
import type { PageRequest } from '../request.ts'

/** A blank file with the upload format's headings. */
export async function sendTemplate(_request: PageRequest, reply: FastifyReply) {
  return sendTable(reply, { filename: 'upload-template.csv', content: Readable.from([templateCsv()]) })
}

/** A filled file that shows how it is done. */
export async function sendSample(_request: PageRequest, reply: FastifyReply) {
  return sendTable(reply, { filename: 'upload-sample.csv', content: Readable.from([sampleCsv()]) })
}
