import { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'
import { attachment } from './attachment.ts'

export type CsvFile = { filename: string; content: AsyncIterable<string | Buffer> }

/**
 * Streams a CSV file to be saved. Its first piece is awaited before anything is sent, so that what is wrong from the
 * start is still answered as the door answers errors; a later fault cuts the transfer, which the client notices.
 */
export async function sendCsv(reply: FastifyReply, { filename, content }: CsvFile): Promise<FastifyReply> {
  const pieces = content[Symbol.asyncIterator]()
  const first = await pieces.next()
  return reply
    .type('text/csv; charset=utf-8')
    .header('content-disposition', attachment(filename))
    .send(Readable.from(from(first, pieces), { objectMode: false }))
}

type Piece = string | Buffer

async function* from(first: IteratorResult<Piece>, rest: AsyncIterator<Piece>): AsyncGenerator<Piece> {
  try {
    for (let piece = first; !piece.done; piece = await rest.next())
      if (piece.value.length > 0) yield piece.value
  } finally {
    await rest.return?.() // the reader left early: let go of what was read from
  }
}
