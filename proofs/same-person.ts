import { Client } from 'pg'
import { proveSamePerson } from './same-person/prove-same-person.ts'
import { openDatabaseServer } from './support/database-server.ts'
import { portalOn } from './support/fresh-portal.ts'
import { readRounds, runRounds } from './support/rounds.ts'

// Who is likely the same person is found, and who isn't, isn't told: labelled pairs, half of them of one person.
const PAIRS = 24_000

await using server = await openDatabaseServer(process.env.DATABASE_URL)
const databaseUrl = await server.makeDatabase()
{
  await using portal = await portalOn(databaseUrl)
  const client = new Client(databaseUrl)
  await client.connect()
  console.log(`Labelled pairs of people, looked up on the ${server.name}.`)
  await runRounds('proof:same-person', readRounds({ rounds: 3 }), async (seed) => {
    await proveSamePerson(portal, client, { seed, count: PAIRS })
    return { pairs: PAIRS }
  })
  await client.end()
}
await server.dropDatabase(databaseUrl)
