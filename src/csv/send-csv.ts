import { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'
import { attachment } from './attachment.ts'

type SentFile = { filename: string; content: AsyncIterable<string | Buffer> }

/** Without a delimiter, it is the comma. */
export type CsvFile = SentFile & { delimiter?: string }

/** Streams a CSV file to be saved. */
export function sendCsv(reply: FastifyReply, file: CsvFile): Promise<FastifyReply> {
  return sendFile(reply, 'text/csv; charset=utf-8', file)
}

/**
 * Streams a file to be saved. Its first piece is awaited before anything is sent, so that what is wrong from the
 * start is still answered as the door answers errors; a later fault cuts the transfer, which the client notices.
 */
export async function sendFile(
  reply: FastifyReply,
  type: string,
  { filename, content }: SentFile,
): Promise<FastifyReply> {
  const pieces = content[Symbol.asyncIterator]()
  const first = await pieces.next()
  return reply
    .type(type)
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
