import { findFreePort } from '../../src/database/embedded-server.ts'
import { openServer } from '../../src/server/open.ts'
import { portalOn } from '../support/fresh-portal.ts'
import { openBrowser } from '../support/open-browser.ts'
import { startPostgres } from '../support/postgres.ts'
import type { Served } from './looker.ts'
import { makeStates, NOT_THERE } from './states.ts'

/** So many that every list has a second page. */
const PEOPLE = 120

/** A portal with a page in every state, without a worker, and a browser. @param open what it consists of is disposed of with this */
export async function openStand(open: AsyncDisposableStack): Promise<Served> {
  const postgres = open.use(await startPostgres())
  const port = await findFreePort()
  const url = `http://127.0.0.1:${port}`
  const settings = { port, publicUrl: url, oidcProviders: [NOT_THERE], logLevel: 'silent' as const }
  const portal = open.use(await portalOn(await postgres.makeDatabase(), settings))
  const states = await makeStates(portal, PEOPLE)
  const app = await openServer(portal)
  open.defer(() => app.close())
  await app.listen({ host: '127.0.0.1', port })
  const browser = await openBrowser()
  open.defer(() => browser.close())
  return { portal, url, browser, states }
}
