import { Client } from 'pg'
import { checkContract } from './contract/check-contract.ts'
import { openDatabaseServer } from './support/database-server.ts'
import { portalOn } from './support/fresh-portal.ts'
import { readRounds, runRounds } from './support/rounds.ts'

// The plan is a contract: what is written is what was planned, and the results file is the file that was sent.
await using server = await openDatabaseServer(process.env.DATABASE_URL)
const databaseUrl = await server.makeDatabase()
{
  await using portal = await portalOn(databaseUrl)
  const client = new Client(databaseUrl)
  await client.connect()
  console.log(`Random acts against random directories, on the ${server.name}.`)
  await runRounds('proof:contract', readRounds({ rounds: 1000 }), (seed) =>
    checkContract(portal, client, seed),
  )
  await client.end()
}
await server.dropDatabase(databaseUrl)
