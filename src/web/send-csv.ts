import { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'

export type CsvFile = { filename: string; content: AsyncIterable<string | Buffer> }

/**
 * Sends a CSV file to be saved, while it is being made. Its first piece is awaited before anything is sent, so that
 * what is wrong from the start is still answered with a page; a later fault cuts the download, which browsers say.
 */
export async function sendCsv(reply: FastifyReply, { filename, content }: CsvFile): Promise<FastifyReply> {
  const pieces = content[Symbol.asyncIterator]()
  const first = await pieces.next()
  return reply
    .type('text/csv; charset=utf-8')
    .header('content-disposition', attachment(filename))
    .send(Readable.from(from(first, pieces), { objectMode: false }))
}

// Whatever the name holds: as it is for browsers, and in plain letters for what reads no more than those (RFC 6266).
function attachment(filename: string): string {
  const name = filename.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}/\\]/gu, '-').toWellFormed()
  const plain = name.replace(/[^\w .()+-]/g, '_')
  const encoded = encodeURIComponent(name).replace(/['()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`)
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`
}

async function* from<Piece>(first: IteratorResult<Piece>, rest: AsyncIterator<Piece>): AsyncGenerator<Piece> {
  try {
    for (let piece = first; !piece.done; piece = await rest.next()) yield piece.value
  } finally {
    await rest.return?.() // the browser left early: let go of what was read from
  }
}
