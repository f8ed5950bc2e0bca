import { Pool } from 'pg'
import { startWorker } from '../src/worker/work.ts'
import { checkParallel } from './parallel/check-parallel.ts'
import { openServer, portalOn } from './support/fresh-portal.ts'
import { readRounds, runRounds } from './support/rounds.ts'

// Whatever is sent and confirmed at the same moment: nobody twice, nothing lost, the end of some order.
await using server = await openServer()
const databaseUrl = await server.makeDatabase()
{
  await using one = await portalOn(databaseUrl)
  await using other = await portalOn(databaseUrl)
  for (const portal of [one, other]) await startWorker(portal)
  const client = new Pool({ connectionString: databaseUrl, max: 4 })
  console.log(`Everything at once, with two workers, on the ${server.name}.`)
  await runRounds('proof:parallel', readRounds({ rounds: 20 }), (seed) =>
    checkParallel([one, other], client, seed),
  )
  await client.end()
}
await server.dropDatabase(databaseUrl)
