import { type ParsedMail, simpleParser } from 'mailparser'
import { SMTPServer } from 'smtp-server'
import { findFreePort } from '../../src/database/embedded-server.ts'

/** A mail server that keeps what it has accepted. */
export type MailServer = AsyncDisposable & {
  /** For SMTP_URL. */
  url: string
  /** Every message whose text has arrived whole and which was accepted, in the order of arrival. */
  accepted: ParsedMail[]
  /** How many messages are being taken at this moment. */
  taking(): number
}

/** One that does as it is told. */
export type OwnMailServer = MailServer & {
  /** From now on messages are taken and thought over, and accepted only when what it returns is called. */
  hold(): () => void
  /** Recipients that it knows nothing of. */
  refused: Set<string>
  /** Passwords that it was sent. */
  passwords: string[]
  /** On the same port again, as a real one. */
  start(): Promise<void>
  stop(): Promise<void>
}

/**
 * @param options.encrypts whether it offers STARTTLS, with a certificate of nobody's
 * @param options.beforeAccepting what it waits for before it accepts a message; `sender` is the user that the sender
 *   signs in as
 */
export async function openMailServer(
  options: { encrypts?: boolean; beforeAccepting?: (mail: ParsedMail, sender: string) => Promise<void> } = {},
): Promise<OwnMailServer> {
  const port = await findFreePort()
  const accepted: ParsedMail[] = []
  const refused = new Set<string>()
  const passwords: string[] = []
  let taking = 0
  let held = Promise.resolve()
  let server: SMTPServer | undefined
  const take = async (stream: NodeJS.ReadableStream, sender: string) => {
    const mail = await simpleParser(stream as Parameters<typeof simpleParser>[0])
    accepted.push(mail)
    await options.beforeAccepting?.(mail, sender)
  }
  const start = async () => {
    if (server) return
    const started = new SMTPServer({
      authOptional: true,
      allowInsecureAuth: true,
      disabledCommands: options.encrypts ? [] : ['STARTTLS'],
      onAuth: ({ username, password }, _session, done) => {
        passwords.push(password ?? '')
        done(null, { user: username ?? '' })
      },
      onRcptTo: ({ address }, _session, done) => done(refused.has(address) ? unknownUser() : undefined),
      onData: (stream, session, done) => {
        taking++
        take(stream, String(session.user ?? ''))
          .catch(() => {}) // its sender was killed
          .then(() => held)
          .finally(() => {
            taking--
            done()
          })
      },
    })
    started.on('error', () => {}) // a sender that was killed
    server = started
    await new Promise<void>((resolve) => started.listen(port, '127.0.0.1', resolve))
  }
  const stop = async () => {
    const stopping = server
    server = undefined
    await new Promise<void>((resolve) => (stopping ? stopping.close(resolve) : resolve()))
  }
  await start()
  return {
    ...{ url: `smtp://127.0.0.1:${port}`, accepted, refused, passwords, start, stop },
    taking: () => taking,
    hold: () => {
      const { promise, resolve } = Promise.withResolvers<void>()
      held = promise
      return resolve
    },
    [Symbol.asyncDispose]: stop,
  }
}

function unknownUser(): Error {
  return Object.assign(new Error('no such user'), { responseCode: 550 })
}
