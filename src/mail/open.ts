import nodemailer from 'nodemailer'
import type { Config } from '../config.ts'

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
    url: config.smtpUrl,
    connectionTimeout: PATIENCE_MS,
    greetingTimeout: PATIENCE_MS,
    socketTimeout: PATIENCE_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  return {
    sends: true,
    send: async ({ attachment, ...message }) => {
      await transport.sendMail({
        from: config.mailFrom,
        ...message,
        headers: { 'Auto-Submitted': 'auto-generated' },
        ...(attachment
          ? {
              attachments: [
                { filename: attachment.name, content: attachment.content, contentType: 'text/csv' },
              ],
            }
          : {}),
      })
    },
    close: () => transport.close(),
  }
}
