import nodemailer from 'nodemailer'
import type { Config } from '../config.ts'
import { isLoopback } from '../loopback.ts'

export type Message = {
  messageId: string
  to: string
  subject: string
  text: string
  html: string
  attachment?: { name: string; content: Buffer }
}

export type Mailer = {
  /** False without SMTP_URL: messages then stay in the outbox, to be read there. */
  sends: boolean
  /** Resolves when the server has accepted the message. */
  send(message: Message): Promise<void>
  close(): void
}

const PATIENCE_MS = 30_000

/** A connection to the configured SMTP server, made anew for each message. */
export function openMailer(config: Pick<Config, 'smtpUrl' | 'mailFrom'>): Mailer {
  if (config.smtpUrl === undefined) {
    return { sends: false, send: () => Promise.reject(new Error('SMTP_URL is not set')), close: () => {} }
  }
  const transport = nodemailer.createTransport({
    ...serverOf(config.smtpUrl),
    connectionTimeout: PATIENCE_MS,
    greetingTimeout: PATIENCE_MS,
    socketTimeout: PATIENCE_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  return {
    sends: true,
    send: async ({ attachment, ...message }) => {
      const sending = transport.sendMail({
        from: config.mailFrom,
        ...message,
        headers: { 'Auto-Submitted': 'auto-generated' },
        ...(attachment
          ? {
              attachments: [
                {
                  filename: attachment.name,
                  content: attachment.content,
                  ...(attachment.name.endsWith('.csv') ? { contentType: 'text/csv' } : {}),
                },
              ],
            }
          : {}),
      })
      await sending.catch(explainEncryption)
    },
    close: () => transport.close(),
  }
}

/**
 * The server that SMTP_URL names. With `smtp://`, a connection that isn't to this machine is encrypted (STARTTLS) before
 * anything is said on it: the library would otherwise go on in clear, with the password, where that isn't offered.
 */
function serverOf(url: string) {
  const { protocol, hostname, port, username, password } = new URL(url)
  return {
    host: hostname.replace(/^\[|\]$/g, ''), // of an IPv6 address
    ...(port === '' ? {} : { port: Number(port) }),
    secure: protocol === 'smtps:',
    requireTLS: protocol === 'smtp:' && !isLoopback(hostname),
    ...(username === ''
      ? {}
      : { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } }),
  }
}

function explainEncryption(error: Error & { code?: string }): never {
  if (error.code === 'ETLS')
    error.message = `The mail server doesn’t encrypt the connection (STARTTLS), so nothing was sent to it. Have it do so, or use smtps:// in SMTP_URL. It said: ${error.message}`
  else if (/certificate|altnames/i.test(error.message))
    error.message = `The mail server can’t prove that it is the one named in SMTP_URL, so nothing was sent to it. For a certificate of your own authority, set NODE_EXTRA_CA_CERTS. The reason: ${error.message}`
  throw error
}
