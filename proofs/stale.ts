import { Client } from 'pg'
import { checkStale } from './stale/check-stale.ts'
import { openDatabaseServer } from './support/database-server.ts'
import { portalOn } from './support/fresh-portal.ts'
import { readRounds, runRounds } from './support/rounds.ts'

// What others have changed since an export outlives the export that is sent back.
await using server = await openDatabaseServer(process.env.DATABASE_URL)
const databaseUrl = await server.makeDatabase()
{
  await using portal = await portalOn(databaseUrl)
  console.log(`Exports sent back by several people, in between each other's work, on the ${server.name}.`)
  const rounds = { ...readRounds({ rounds: 10_000 }), together: 25, atOnce: 4 }
  await runRounds('proof:stale', rounds, async (seed, accounts) => {
    const client = new Client(databaseUrl)
    await client.connect()
    try {
      return await checkStale(portal, client, seed, accounts)
    } finally {
      await client.end()
    }
  })
}
await server.dropDatabase(databaseUrl)
