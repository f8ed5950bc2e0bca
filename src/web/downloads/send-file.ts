import { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'
import { attachment } from '../../csv/attachment.ts'

/**
 * Streams a CSV file to be saved. Its first piece is awaited before anything is sent, so that what is wrong from the
 * start is still answered with a page.
 */
export async function sendFile(
  reply: FastifyReply,
  { filename, content }: { filename: string; content: AsyncIterable<string | Buffer> },
): Promise<FastifyReply> {
  const pieces = content[Symbol.asyncIterator]()
  const first = await pieces.next()
  return reply
    .type('text/csv; charset=utf-8')
    .header('content-disposition', attachment(filename))
    .send(Readable.from(from(first, pieces), { objectMode: false }))
}

async function* from(
  first: IteratorResult<string | Buffer>,
  rest: AsyncIterator<string | Buffer>,
): AsyncGenerator<string | Buffer> {
  try {
    for (let piece = first; !piece.done; piece = await rest.next())
      if (piece.value.length > 0) yield piece.value
  } finally {
    await rest.return?.() // the browser left early: let go of what was read from
  }
}
