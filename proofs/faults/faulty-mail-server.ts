import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { type ParsedMail, simpleParser } from 'mailparser'
import { SMTPServer } from 'smtp-server'
import { findFreePort } from '../../src/database/embedded-server.ts'
import type { MailServer } from '../support/mail-server.ts'

export type Behaviour = 'well' | 'down' | 'slow' | 'busy' | 'refusing' | 'hanging'

/** A mail server that misbehaves as it is told to, always on the same port. */
export type FaultyMailServer = MailServer & {
  behave(how: Behaviour): Promise<void>
  /** With TLS from the first byte: the certificate that it shows. */
  show(certificate: Certificate): void
  /** How many messages were sent to it whole, accepted or not. */
  whole(): number
}

export type Certificate = { key: string; cert: string }

/** Between any two of its answers. */
const SLOWNESS_MS = 4_000

export async function openFaultyMailServer(certificate?: Certificate): Promise<FaultyMailServer> {
  const port = await findFreePort()
  const accepted: ParsedMail[] = []
  let how: Behaviour = 'well'
  let whole = 0
  let shown = certificate
  let server: SMTPServer | undefined
  const slowly = () => sleep(how === 'slow' ? SLOWNESS_MS : 0)
  const start = async () => {
    const started = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS'],
      ...(shown ? { secure: true, ...shown } : {}),
      onConnect: (_session, done) => void slowly().then(() => done()),
      onMailFrom: (_address, _session, done) => void slowly().then(() => done()),
      onRcptTo: (_address, _session, done) => void slowly().then(() => done(refusal(how))),
      onData: async (stream, _session, done) => {
        const mail = await simpleParser(stream).catch(() => undefined)
        if (mail === undefined) return
        whole++
        if (how === 'hanging') return
        await slowly()
        accepted.push(mail)
        done()
      },
    })
    started.on('error', () => {})
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
    url: `${certificate ? 'smtps' : 'smtp'}://127.0.0.1:${port}`,
    accepted,
    taking: () => 0,
    whole: () => whole,
    behave: async (behaviour) => {
      how = behaviour
      if (behaviour === 'down') await stop()
      else if (server === undefined) await start()
    },
    show: (other) => {
      shown = other
      server?.updateSecureContext(other)
    },
    [Symbol.asyncDispose]: stop,
  }
}

/** A new certificate, signed by itself, for the name or address that it is to be for. */
export async function makeCertificate(name: string): Promise<Certificate> {
  const folder = await mkdtemp(join(tmpdir(), 'muster-certificate-'))
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  try {
    const parameters = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=mail']
    await promisify(execFile)('openssl', [
      ...parameters,
      ...['-addext', `subjectAltName=${name}`, '-keyout', key, '-out', cert],
    ])
    return { key: await readFile(key, 'utf8'), cert: await readFile(cert, 'utf8') }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function refusal(how: Behaviour): Error | undefined {
  if (how === 'busy') return Object.assign(new Error('greylisted, come again'), { responseCode: 451 })
  if (how === 'refusing') return Object.assign(new Error('no such user'), { responseCode: 550 })
  return undefined
}
