import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Family, Fault } from './fault.ts'
import {
  type Behaviour,
  type Certificate,
  type FaultyMailServer,
  makeCertificate,
  openFaultyMailServer,
} from './faulty-mail-server.ts'
import { isInstalled } from './machine.ts'
import { openStand, type Stand } from './stand.ts'

// A message that could not be sent is tried again after a minute, and the outbox is looked through every minute.
const PATIENCE_MS = 180_000

const GOES_ON = { readyz: 200, sending: 202 } as const

const down = misbehaving('the mail server is down', 'down', waitsInOutbox)
const slow = misbehaving('the mail server takes four seconds for each answer', 'slow', comesSlowly)
const busy = misbehaving('the mail server answers 451: come again', 'busy', waitsInOutbox)
const refusing = misbehaving('the mail server answers 550: no such user', 'refusing', waitsInOutbox)
const hanging = misbehaving(
  'the mail server hangs when it has the whole message',
  'hanging',
  async (stand, id) => {
    await waitsInOutbox(stand, id)
    if (serverOf(stand).whole() === 0) throw new Error('it never had the whole message')
  },
)

const selfSigned = showing('the mail server shows a certificate that nobody signed', 'IP:127.0.0.1')
const foreign = showing('the mail server shows a certificate for another name', 'DNS:mail.example')

export const mailFaults: Family = {
  name: 'mail',
  open: async () => openStand({ people: 200, mail: await openFaultyMailServer() }),
  faults: [down, slow, busy, refusing, hanging],
}

export const tlsFaults: Family = { name: 'mail with TLS', open: openWithTls, faults: [selfSigned, foreign] }

function misbehaving(name: string, how: Behaviour, look: NonNullable<Fault['look']>): Fault {
  return {
    name,
    during: 'mailing',
    meanwhile: GOES_ON,
    strike: (stand) => serverOf(stand).behave(how),
    look,
    heal: (stand) => serverOf(stand).behave('well'),
  }
}

/** The message waits in the outbox, with the reason; the server has accepted nothing. */
export async function waitsInOutbox(stand: Stand, uploadId: number): Promise<void> {
  const accepted = stand.mail.accepted.length
  for (const end = Date.now() + PATIENCE_MS; ; await sleep(200)) {
    const [mail] = await stand.sql<{ attempts: number; last_error: string | null; sent: boolean }>(
      'select attempts, last_error, sent_at is not null as sent from mail where change_set_id = $1',
      [uploadId],
    )
    if (mail?.sent) throw new Error('the message counts as sent')
    if (mail !== undefined && mail.attempts > 0 && mail.last_error) break
    if (Date.now() > end) throw new Error('nobody tried to send the message')
  }
  if (stand.mail.accepted.length !== accepted) throw new Error('the message was taken all the same')
}

async function comesSlowly(stand: Stand, uploadId: number): Promise<void> {
  for (const end = Date.now() + PATIENCE_MS; ; await sleep(200)) {
    if (stand.mail.accepted.some((mail) => mail.messageId?.startsWith(`<results.${uploadId}@`))) return
    if (Date.now() > end) throw new Error('the message never came')
  }
}

let trusted: Certificate | undefined

function showing(name: string, subject: string): Fault {
  return {
    name,
    during: 'mailing',
    meanwhile: GOES_ON,
    missing: () => isInstalled('openssl'),
    strike: async (stand) => serverOf(stand).show(await makeCertificate(subject)),
    look: waitsInOutbox,
    heal: async (stand) => serverOf(stand).show(trusted as Certificate),
  }
}

/** The portal trusts the one certificate that the server shows when it is well. */
async function openWithTls(): Promise<Stand> {
  trusted = await makeCertificate('IP:127.0.0.1')
  const folder = await mkdtemp(join(tmpdir(), 'muster-trusted-'))
  const file = join(folder, 'trusted.pem')
  await writeFile(file, trusted.cert)
  const stand = await openStand({
    people: 200,
    mail: await openFaultyMailServer(trusted),
    settings: { NODE_EXTRA_CA_CERTS: file },
  })
  return {
    ...stand,
    [Symbol.asyncDispose]: async () => {
      await stand[Symbol.asyncDispose]()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

function serverOf(stand: Stand): FaultyMailServer {
  return stand.mail as FaultyMailServer
}
