import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { portalClient } from '../../src/cli/portal-client.ts'

test('where the portal asks for a pause, the call is made again after it, its file too', async () => {
  const received: string[] = []
  const portal = createServer(async (request, response) => {
    received.push(await text(request))
    if (received.length === 1) response.writeHead(429, { 'retry-after': '1' }).end()
    else response.end('{"id":7}')
  }).listen(0, '127.0.0.1')
  await once(portal, 'listening')
  const url = `http://127.0.0.1:${(portal.address() as AddressInfo).port}`
  const client = portalClient({ url, token: 'a-token' })
  const file = 'LocalID\n1\n'
  const body = { type: 'text/csv', length: file.length, content: () => Readable.from([file]) }
  expect(await client.post('/uploads', body)).toEqual({ id: 7 })
  expect(received).toEqual([file, file])
  portal.close()
})
