import { errorCodes, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'

/** What is still taken of a body after the answer: as much as most files have, so that their senders come to read it. */
const LEFT_OVER = { bytes: 4 * 1024 * 1024, ms: 2_000 }

/** The same of a file that was refused on its way; of how many bytes, its limit says. */
const LEFT_OF_FILE_MS = 10 * 60_000

/**
 * Answers before a body is read to its end, wherever that is all the same: what is left of it is taken and thrown away
 * only within bounds, then the connection is cut. Its end isn't awaited, since it may never come.
 * @param mostOfFile how many bytes may still come of a file that is refused on its way
 */
export function leaveBodiesUnread(app: FastifyInstance, mostOfFile = Number.POSITIVE_INFINITY): void {
  app.addHook('onSend', async (request, reply) => leaveUnread(request, reply, mostOfFile))
  // A client that asks first whether to send its body hears yes when the body is about to be read, or the refusal.
  app.server.on('checkContinue', (request: RawRequest, response: FastifyReply['raw']) => {
    const sayContinue = (event: string) => {
      if (event !== 'data' && event !== 'readable') return
      request.off('newListener', sayContinue)
      if (!response.headersSent) response.writeContinue()
    }
    request.on('newListener', sayContinue)
    app.server.emit('request', request, response)
  })
}

type RawRequest = FastifyRequest['raw']

/** Says with the answer that the connection ends, where the body has not arrived whole by then. */
export function leaveUnread({ raw }: Pick<FastifyRequest, 'raw'>, reply: FastifyReply, mostOfFile = 0): void {
  if (!hasBody(raw) || raw.readableEnded) return
  const most = arriving.has(raw) ? { bytes: mostOfFile, ms: LEFT_OF_FILE_MS } : LEFT_OVER
  raw.removeAllListeners('newListener') // nobody is asked for the rest any more
  raw.unpipe()
  if (!raw.complete) {
    reply.header('connection', 'close')
    closeLater(raw, most)
  }
  raw.resume()
}

/**
 * Reads so much of the body that is left, and closes the connection at its end or after a time. To close it as soon as
 * the answer is written, as Node does, would reset it, and with that take from the client an answer that it hasn't read
 * yet (RFC 9112, 9.6).
 */
function closeLater(raw: RawRequest, most: { bytes: number; ms: number }): void {
  const { socket } = raw
  const until = socket.bytesRead + most.bytes
  raw.on('data', () => {
    if (socket.bytesRead > until) raw.pause()
  })
  const { destroySoon } = socket
  socket.destroySoon = () => {
    socket.destroySoon = destroySoon
    if (raw.readableEnded) return socket.destroySoon()
    socket.end()
    raw.once('end', () => socket.destroySoon())
    const timer = setTimeout(() => socket.destroy(), most.ms)
    socket.once('close', () => clearTimeout(timer))
  }
}

/** Whether a request says that a body comes with it. */
export function hasBody({ headers }: RawRequest): boolean {
  return (headers['content-length'] ?? '0') !== '0' || headers['transfer-encoding'] !== undefined
}

/** A form's fields and what stands between them; and what of a file has arrived with them before they are read. */
const FORM_BYTES = 256 * 1024

/**
 * The next part of a form, as it is found by whoever reads the request. A field that doesn't end would else be read for
 * ever, before it is known what its sender may do.
 * @throws FST_ERR_CTP_BODY_TOO_LARGE
 */
export async function nextPart<Part>(raw: RawRequest, part: Promise<Part>): Promise<Part> {
  const tooLong = Promise.withResolvers<never>()
  let left = FORM_BYTES
  const count = ({ length }: Buffer) => {
    if (left < 0) tooLong.reject(new errorCodes.FST_ERR_CTP_BODY_TOO_LARGE())
    left -= length // what arrives at one moment may be the part and much of a file after it
  }
  raw.on('data', count)
  try {
    return await Promise.race([part, tooLong.promise])
  } finally {
    raw.off('data', count)
  }
}

/** How many bytes the file of a request has at least, as far as its sender says. */
export function announcedBytes({ headers }: RawRequest): number {
  const whole = Number(headers['content-length'] ?? 0)
  return headers['content-type']?.startsWith('multipart/') ? whole - FORM_BYTES : whole
}

const arriving = new WeakSet<RawRequest>()

/**
 * A file's bytes, as they arrive from somebody who may send one. If it is refused on its way, its sender shall hear why,
 * however much they send before they read an answer.
 */
export async function* fileArriving(raw: RawRequest, bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  arriving.add(raw)
  yield* bytes
}
