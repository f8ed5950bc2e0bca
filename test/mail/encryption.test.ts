import { expect, test } from 'vitest'
import { type OwnMailServer, openMailServer } from '../../proofs/support/mail-server.ts'
import { readConfig } from '../../src/config.ts'
import { isLoopback } from '../../src/loopback.ts'
import { openMailer } from '../../src/mail/open.ts'

const MESSAGE = { messageId: '<1@staff.example>', to: 'a@b.example', subject: 'x', text: 'x', html: 'x' }

test('over a network nothing is said to a mail server that doesn’t encrypt, and the fault says what to do', async () => {
  const server = await openMailServer()
  await expect(send(server, ELSEWHERE)).rejects.toThrow(/doesn’t encrypt the connection \(STARTTLS\).*smtps:/)
  expect(server).toMatchObject({ accepted: [], passwords: [] })
  await server.stop()
})

test('nor to one whose certificate nobody vouches for', async () => {
  const server = await openMailServer({ encrypts: true })
  await expect(send(server, ELSEWHERE)).rejects.toThrow(
    /can’t prove that it is the one.*The reason: .*certificate/,
  )
  expect(server).toMatchObject({ accepted: [], passwords: [] })
  await server.stop()
})

test('on this machine a mail server needn’t encrypt', async () => {
  const server = await openMailServer()
  await send(server, '127.0.0.1')
  expect(server.accepted).toHaveLength(1)
  expect(server.passwords).toEqual(['p@ss%'])
  await server.stop()
})

test.each([
  'smtp://mail.example?requireTLS=false',
  'smtps://mail.example/?tls.rejectUnauthorized=false',
  'smtp://u:50%@x',
])('SMTP_URL can’t be %s', (url) => {
  expect(() => readConfig({ SMTP_URL: url })).toThrow(/SMTP_URL: must end with the host or port/)
})

test('this machine is what is surely it', () => {
  expect(['localhost', '127.0.0.1', '127.1.2.3', '::1', '[::1]'].every(isLoopback)).toBe(true)
  const others = [
    '0.0.0.0',
    '::',
    '127.0.0.1.example',
    'localhost.example',
    '10.0.0.1',
    'db',
    '',
    '::ffff:10.0.0.1',
  ]
  expect(others.filter(isLoopback)).toEqual([])
})

// It leads to this machine, but by its name alone nobody could tell.
const ELSEWHERE = '0.0.0.0'

async function send({ url }: OwnMailServer, host: string): Promise<void> {
  const { port } = new URL(url)
  const smtpUrl = `smtp://muster:${encodeURIComponent('p@ss%')}@${host}:${port}`
  const mailer = openMailer(readConfig({ SMTP_URL: smtpUrl }))
  try {
    await mailer.send(MESSAGE)
  } finally {
    mailer.close()
  }
}
