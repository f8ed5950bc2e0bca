import { type AddressInfo, createServer } from 'node:net'
import { simpleParser } from 'mailparser'
import { SMTPServer } from 'smtp-server'

/** A mail server that takes its time over each message: so long that a sender can be killed meanwhile. */
export type SlowMailServer = AsyncDisposable & {
  url: string
  /** The Message-IDs of all messages whose text has arrived, accepted or not. */
  messageIds: string[]
  /** How many messages are being taken at this moment. */
  taking(): number
}

export async function slowMailServer(milliseconds: number): Promise<SlowMailServer> {
  const messageIds: string[] = []
  let taking = 0
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData: async (stream, _session, done) => {
      taking++
      const mail = await simpleParser(stream).catch(() => undefined)
      if (mail?.messageId) messageIds.push(mail.messageId)
      setTimeout(() => {
        taking--
        done()
      }, milliseconds)
    },
  })
  server.on('error', () => {}) // a sender that was killed
  const port = await freePort()
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  return {
    url: `smtp://127.0.0.1:${port}`,
    messageIds,
    taking: () => taking,
    [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(resolve)),
  }
}

export async function freePort(): Promise<number> {
  const probe = createServer()
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve))
  const { port } = probe.address() as AddressInfo
  await new Promise((resolve) => probe.close(resolve))
  return port
}
