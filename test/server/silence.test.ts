import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createToken } from '../../src/access/tokens.ts'
import type { Portal } from '../../src/portal.ts'
import { openServer } from '../../src/server/open.ts'
import { makeActor, makeOrganisation, testPortal } from '../support/portal.ts'

test('a request that is on its way may be silent for a minute; once it is here, its answer takes what it takes', async () => {
  await using portal = await testPortal()
  const { app, url, authorization } = await listenOn(portal)
  const allowed: Record<string, (number | undefined)[]> = { GET: [], POST: [] }
  app.server.on('request', (request) => {
    const note = () => allowed[request.method ?? '']?.push(request.socket.timeout)
    note()
    request.once('end', note)
  })
  const sent = await fetch(`${url}/api/v1/uploads?organisation=RX1`, {
    method: 'POST',
    body: 'LocalID,JobTitle\n1,Nurse\n',
    headers: { authorization, 'content-type': 'text/csv' },
  })
  expect(sent.status).toBe(202)
  const read = await fetch(`${url}/api/v1/accounts`, { headers: { authorization, connection: 'close' } })
  expect(read.status).toBe(200)
  await app.close()
  expect(allowed.POST).toEqual([60_000, 0])
  expect(allowed.GET?.filter((timeout) => timeout)).toEqual([])
})

test('silence ends a request that waits for its client, and none that waits for us', async () => {
  await using portal = await testPortal()
  const { app, url, authorization } = await listenOn(portal)
  const path = '/api/v1/uploads?organisation=RX1'

  app.server.once('request', (request) => {
    setImmediate(() => {
      expect(request.complete).toBe(true) // and not read yet: who sends it is looked up
      request.socket.emit('timeout')
    })
  })
  const headers = { authorization, 'content-type': 'text/csv' }
  const sent = await fetch(url + path, { method: 'POST', body: 'LocalID,JobTitle\n1,Nurse\n', headers })
  expect(sent.status).toBe(202)

  const began = once(app.server, 'request') as Promise<[IncomingMessage]>
  const client = connect(Number(new URL(url).port), '127.0.0.1')
  client.on('error', () => {})
  const head = Object.entries({ ...headers, host: 'muster', 'content-length': 1_000 })
  client.write(`POST ${path} HTTP/1.1\r\n${head.map((line) => line.join(': ')).join('\r\n')}\r\n\r\nLocalID`)
  const [request] = await began
  for (; !request.destroyed; await sleep(20)) request.socket.emit('timeout')
  await app.close()
})

async function listenOn(portal: Portal) {
  const organisation = await makeOrganisation(portal, 'RX1')
  await makeActor(portal, 'ann@trust.example', 'local-administrator', organisation)
  const authorization = `Bearer ${await createToken(portal, 'ann@trust.example')}`
  const app = await openServer(portal)
  return { app, url: await app.listen({ host: '127.0.0.1', port: 0 }), authorization }
}
