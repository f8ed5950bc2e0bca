import { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'
import { attachment } from '../../csv/attachment.ts'

export type CsvFile = { filename: string; content: AsyncIterable<string> }

/**
 * Streams a CSV file to be saved. Its first piece is awaited before anything is sent, so that what is wrong from the
 * start is still answered as an error; a later fault cuts the transfer, which the client notices.
 */
export async function sendCsv(reply: FastifyReply, { filename, content }: CsvFile): Promise<FastifyReply> {
  const pieces = content[Symbol.asyncIterator]()
  const first = await pieces.next()
  return reply
    .header('content-type', 'text/csv; charset=utf-8')
    .header('content-disposition', attachment(filename))
    .send(Readable.from(from(first, pieces), { objectMode: false }))
}

async function* from(first: IteratorResult<string>, rest: AsyncIterator<string>): AsyncGenerator<string> {
  try {
    for (let piece = first; !piece.done; piece = await rest.next()) if (piece.value !== '') yield piece.value
  } finally {
    await rest.return?.() // the reader left early: let go of what was read from
  }
}
