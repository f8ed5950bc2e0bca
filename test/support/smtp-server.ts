import { type ParsedMail, simpleParser } from 'mailparser'
import { SMTPServer } from 'smtp-server'
import { findFreePort } from '../../src/database/embedded-server.ts'

/** A mail server that can be stopped and started again on its port, as real ones are. */
export type SmtpServer = {
  url: string
  /** Every message it has accepted. */
  received: ParsedMail[]
  /** Recipients that it knows nothing of. */
  refused: Set<string>
  /** Passwords that it was sent. */
  passwords: string[]
  start(): Promise<void>
  stop(): Promise<void>
}

/** @param encrypts whether it offers STARTTLS, with a certificate of nobody's */
export async function openSmtpServer({ encrypts = false } = {}): Promise<SmtpServer> {
  const port = await findFreePort()
  const received: ParsedMail[] = []
  const refused = new Set<string>()
  const passwords: string[] = []
  let server: SMTPServer | undefined
  const start = async () => {
    if (server) return
    const started = new SMTPServer({
      authOptional: true,
      allowInsecureAuth: true,
      disabledCommands: encrypts ? [] : ['STARTTLS'],
      onAuth: ({ password }, _session, done) => {
        passwords.push(password ?? '')
        done(null, { user: 'muster' })
      },
      onRcptTo: ({ address }, _session, done) =>
        done(
          refused.has(address) ? Object.assign(new Error('no such user'), { responseCode: 550 }) : undefined,
        ),
      onData: (stream, _session, done) => {
        simpleParser(stream).then((mail) => {
          received.push(mail)
          done()
        }, done)
      },
    })
    server = started
    await new Promise<void>((resolve) => started.listen(port, '127.0.0.1', resolve))
  }
  const stop = async () => {
    const stopping = server
    server = undefined
    await new Promise<void>((resolve) => (stopping ? stopping.close(resolve) : resolve()))
  }
  await start()
  return { url: `smtp://127.0.0.1:${port}`, received, refused, passwords, start, stop }
}
