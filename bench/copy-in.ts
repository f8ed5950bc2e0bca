import type { Client } from 'pg'

type Connection = {
  query(text: string): void
  sendCopyFromChunk(chunk: Buffer): void
  endCopyFrom(): void
  stream: NodeJS.WritableStream & { writableNeedDrain: boolean }
}

/**
 * Runs `COPY … FROM STDIN` with these pieces of the file. PostgreSQL's own bulk way in, and so the bench's floor; Muster
 * itself can't use it, since PostgreSQL refuses it on tables with row-level security.
 */
export function copyIn(client: Client, statement: string, pieces: Iterable<string>): Promise<void> {
  return new Promise((resolve, reject) => {
    let fault: Error | undefined
    const submittable = {
      submit: (connection: Connection) => connection.query(statement),
      handleCopyInResponse: async (connection: Connection) => {
        for (const piece of pieces) {
          connection.sendCopyFromChunk(Buffer.from(piece))
          if (connection.stream.writableNeedDrain) {
            await new Promise((drained) => connection.stream.once('drain', drained))
          }
        }
        connection.endCopyFrom()
      },
      handleRowDescription: () => {},
      handleDataRow: () => {},
      handleCommandComplete: () => {},
      handleError: (error: Error) => {
        fault = error
      },
      handleReadyForQuery: () => (fault ? reject(fault) : resolve()),
    }
    client.query(submittable as never)
  })
}
