import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import type { Actor } from '../../src/access/actor.ts'
import { createToken } from '../../src/access/tokens.ts'
import { TRUST } from '../../src/demo/trust.ts'
import { addOrganisation } from '../../src/directory/organisation.ts'
import type { Portal } from '../../src/portal.ts'
import { openServer } from '../../src/server/open.ts'
import { startWorker } from '../../src/worker/work.ts'
import { makeAdministrator } from '../support/fresh-portal.ts'
import { PATIENCE_MS, TooSlow } from './fault.ts'
import { examplePlaces } from './sheets.ts'

/** A portal that listens, with its worker, and somebody who may send files to it. */
export type Listening = AsyncDisposable & {
  portal: Portal
  actor: Actor
  url: string
  code: string
  token: string
  /** Waits until an upload isn't checked any more. @throws TooSlow when that takes longer than anything may */
  checked(id: number): Promise<void>
}

/** Serves the portal on a port of its own, for as long as it isn't disposed, to an organisation of the examples. */
export async function listenOn(portal: Portal): Promise<Listening> {
  const { sites, units } = examplePlaces()
  const { code } = TRUST
  await addOrganisation(portal, {
    code,
    name: TRUST.name,
    sites: sites.map((name, at) => ({ code: `${code}${at + 1}`, name })),
    units: units.map((name) => ({ name, parent: null })),
  })
  const actor = await makeAdministrator(portal, 'files@trust.example', code)
  const app = await openServer(portal)
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  startWorker(portal)
  const watch = await watchChecks(portal.database.url)
  return {
    portal,
    actor,
    url,
    code,
    token: await createToken(portal, actor.email),
    checked: watch.checked,
    [Symbol.asyncDispose]: async () => {
      await watch.end()
      await app.close()
    },
  }
}

/** How often it is looked whether checks have ended: one question for all that wait. */
const LOOK_MS = 10

async function watchChecks(
  url: string,
): Promise<{ checked: Listening['checked']; end: () => Promise<void> }> {
  const client = new Client(url)
  await client.connect()
  const waiting = new Map<number, { since: number; done: (error?: Error) => void }>()
  let isOpen = true
  const watching = (async () => {
    while (isOpen) {
      await sleep(LOOK_MS)
      if (waiting.size === 0) continue
      const { rows } = await client.query<{ id: number }>(
        `select id::float from change_set where id = any($1) and status <> 'checking'`,
        [[...waiting.keys()]],
      )
      for (const { id } of rows) settle(id)
      for (const [id, { since }] of waiting) {
        if (performance.now() - since > PATIENCE_MS)
          settle(id, new TooSlow('the check takes longer than ten seconds'))
      }
    }
  })()
  return {
    checked: (id) =>
      new Promise((resolve, reject) => {
        waiting.set(id, {
          since: performance.now(),
          done: (error) => (error ? reject(error) : resolve()),
        })
      }),
    end: async () => {
      isOpen = false
      await watching
      await client.end()
    },
  }

  function settle(id: number, error?: Error): void {
    waiting.get(id)?.done(error)
    waiting.delete(id)
  }
}
