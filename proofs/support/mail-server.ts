import type { AddressInfo } from 'node:net'
import { type ParsedMail, simpleParser } from 'mailparser'
import { SMTPServer } from 'smtp-server'

/** A mail server that keeps what it has accepted. */
export type MailServer = AsyncDisposable & {
  /** For SMTP_URL. */
  url: string
  /** Every message whose text has arrived whole and which was accepted, in the order of arrival. */
  accepted: ParsedMail[]
  /** How many messages are being taken at this moment. */
  taking(): number
}

/** One that can be held up. */
export type MailSink = MailServer & {
  /** From now on messages are taken and thought over, and accepted only when what it returns is called. */
  hold(): () => void
}

/**
 * @param options.delayMs how long it thinks over a message before it accepts it: time in which its sender can die
 * @param options.beforeAccepting what it waits for before it does; `sender` is the user that the sender signs in as
 */
export async function openMailSink(
  options: { delayMs?: number; beforeAccepting?: (mail: ParsedMail, sender: string) => Promise<void> } = {},
): Promise<MailSink> {
  const accepted: ParsedMail[] = []
  let taking = 0
  let held = Promise.resolve()
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onAuth: ({ username }, _session, done) => done(null, { user: username ?? '' }),
    onData: (stream, session, done) => {
      taking++
      simpleParser(stream)
        .then((mail) => {
          accepted.push(mail)
          return options.beforeAccepting?.(mail, String(session.user ?? ''))
        })
        .catch(() => {}) // its sender was killed
        .then(() => held)
        .finally(() =>
          setTimeout(() => {
            taking--
            done()
          }, options.delayMs ?? 0),
        )
    },
  })
  server.on('error', () => {}) // a sender that was killed
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.server.address() as AddressInfo
  return {
    url: `smtp://127.0.0.1:${port}`,
    accepted,
    taking: () => taking,
    hold: () => {
      const { promise, resolve } = Promise.withResolvers<void>()
      held = promise
      return resolve
    },
    [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(resolve)),
  }
}
