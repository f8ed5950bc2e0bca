import { expect, test } from 'vitest'
import { createToken } from '../../src/access/tokens.ts'
import { openServer } from '../../src/cli/server.ts'
import { makeActor, makeOrganisation, testPortal } from '../support/portal.ts'

test('a request that is on its way may be silent for a minute; once it is here, its answer takes what it takes', async () => {
  await using portal = await testPortal()
  const organisation = await makeOrganisation(portal, 'RX1')
  await makeActor(portal, 'ann@trust.example', 'local-administrator', organisation)
  const authorization = `Bearer ${await createToken(portal, 'ann@trust.example')}`
  const app = await openServer(portal)
  const allowed: Record<string, (number | undefined)[]> = { GET: [], POST: [] }
  app.server.on('request', (request) => {
    const note = () => allowed[request.method ?? '']?.push(request.socket.timeout)
    note()
    request.once('end', note)
  })
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
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
