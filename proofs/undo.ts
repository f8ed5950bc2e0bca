import { Client } from 'pg'
import { openDatabaseServer } from './support/database-server.ts'
import { portalOn } from './support/fresh-portal.ts'
import { readRounds, runRounds } from './support/rounds.ts'
import { checkUndo } from './undo/check-undo.ts'

// What was taken back is as it was, but for what somebody changed since, which is kept and listed.
await using server = await openDatabaseServer(process.env.DATABASE_URL)
const databaseUrl = await server.makeDatabase()
{
  await using portal = await portalOn(databaseUrl)
  const client = new Client(databaseUrl)
  await client.connect()
  console.log(`Random acts against random directories, taken back, on the ${server.name}.`)
  await runRounds('proof:undo', readRounds({ rounds: 1000 }), (seed) => checkUndo(portal, client, seed))
  await client.end()
}
await server.dropDatabase(databaseUrl)
