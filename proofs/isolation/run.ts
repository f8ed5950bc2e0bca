import { Client } from 'pg'
import { random } from '../../src/demo/random.ts'
import { copyDatabase, dropDatabase } from '../support/database-server.ts'
import { portalOn } from '../support/fresh-portal.ts'
import { webAndWorker } from '../support/web-and-worker.ts'
import { METRICS_TOKEN } from './api-places.ts'
import { openTally, type Tally } from './findings.ts'
import { type Lines, openPolicies, WITHOUT_SCOPE } from './lines.ts'
import { allProbes, chosen, noteUnreached } from './probes.ts'
import { proveEnd } from './prove-end.ts'
import { proveFiles } from './prove-files.ts'
import { proveRoutes } from './prove-routes.ts'
import { readRoutes } from './routes.ts'
import type { World } from './world.ts'

/** How much is asked: of a full run every place of every route by everybody, at the least. */
export type Amount = { seed: number; probes: number; pairsOfFiles: number; isFull: boolean }

// It sends many more files than anybody waits to confirm.
const SETTINGS = { METRICS_TOKEN, LOG_LEVEL: 'error', UPLOAD_MAX_WAITING_FILES: 'none' }

/** Sends probes and files to a portal on a copy of the world, with these lines and no others. */
export async function runWith(
  lines: Lines,
  world: World & { databaseUrl: string },
  { seed, probes: most, pairsOfFiles, isFull }: Amount,
): Promise<Tally> {
  await using opened = new AsyncDisposableStack()
  const databaseUrl = await copyDatabase(world.databaseUrl)
  opened.defer(() => dropDatabase(databaseUrl))
  if (!lines.policies) await openPolicies(databaseUrl)
  const portal = opened.use(await portalOn(databaseUrl, { metricsToken: METRICS_TOKEN }))
  const client = new Client(databaseUrl)
  await client.connect()
  opened.defer(() => client.end())
  const settings = { ...SETTINGS, ...(lines.scope ? {} : WITHOUT_SCOPE) }
  const { web, worker, mail } = opened.use(await webAndWorker('isolation', databaseUrl, settings))
  await web.start()
  const tally = openTally()
  const probes = chosen(allProbes(world, await readRoutes(portal)), { most, isFull }, random(seed))
  const asked = { origin: web.url, client, portal }
  await proveRoutes(asked, world, probes, tally)
  if (isFull) noteUnreached(probes, tally)
  if (pairsOfFiles > 0) {
    await worker.start()
    await proveFiles({ ...asked, mail }, world, pairsOfFiles, tally)
  }
  await proveEnd(client, mail, world, tally)
  return tally
}
