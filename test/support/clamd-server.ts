import { createServer, type Socket } from 'node:net'
import { findFreePort } from '../../src/database/embedded-server.ts'

/** Speaks clamd's INSTREAM as `man clamd` describes it, and finds what holds the word EICAR. */
export type ClamdServer = AsyncDisposable & {
  url: string
  /** Every file that it was sent whole. */
  scanned: string[]
  /** What it says in the place of a verdict; it hangs up with it. */
  says: string | null
  /** The most bytes that it takes of a file. */
  limit: number
  start(): Promise<void>
  stop(): Promise<void>
}

export async function openClamdServer(): Promise<ClamdServer> {
  const port = await findFreePort()
  let server = createServer()
  const it: ClamdServer = {
    url: `tcp://127.0.0.1:${port}`,
    scanned: [],
    says: null,
    limit: Number.POSITIVE_INFINITY,
    start: async () => {
      server = createServer((socket) => answer(it, socket))
      await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
    },
    stop: () => new Promise((resolve) => server.close(() => resolve())),
    [Symbol.asyncDispose]: () => it.stop(),
  }
  await it.start()
  return it
}

const COMMAND = Buffer.from('zINSTREAM\0')

function answer(it: ClamdServer, socket: Socket): void {
  let received = Buffer.alloc(0)
  socket.on('error', () => {})
  socket.on('data', (bytes) => {
    received = Buffer.concat([received, bytes])
    const verdict = verdictOn(it, received)
    if (verdict !== undefined) socket.end(verdict)
  })
}

// Undefined until the end of the stream has come, or its limit.
function verdictOn(it: ClamdServer, received: Buffer): string | undefined {
  if (received.length < COMMAND.length) return undefined
  if (!received.subarray(0, COMMAND.length).equals(COMMAND)) return 'UNKNOWN COMMAND\0'
  const blocks: Buffer[] = []
  let size = 0
  for (let at = COMMAND.length; at + 4 <= received.length; ) {
    const length = received.readUInt32BE(at)
    at += 4
    size += length
    if (length === 0) return verdictOf(it, Buffer.concat(blocks).toString())
    if (size > it.limit) return 'INSTREAM size limit exceeded. ERROR\0'
    blocks.push(received.subarray(at, at + length))
    at += length
  }
  return undefined
}

function verdictOf(it: ClamdServer, file: string): string {
  it.scanned.push(file)
  return it.says ?? (file.includes('EICAR') ? 'stream: Eicar-Test-Signature FOUND\0' : 'stream: OK\0')
}
