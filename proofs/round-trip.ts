import { Client } from 'pg'
import { actorFor } from '../src/access/administrators.ts'
import { seedDemo } from '../src/demo/seed.ts'
import { organisationsOf } from '../src/directory/organisation.ts'
import { checkRoundTrip, checkSentBack } from './round-trip/check-round-trip.ts'
import { openDatabaseServer } from './support/database-server.ts'
import { portalOn } from './support/fresh-portal.ts'
import { readRounds, runRounds } from './support/rounds.ts'

// The export as upload file, sent back unedited, changes nothing: the demo's, and 10,000 accounts of hostile values.
// As CSV and as workbooks: .xlsx as it is exported, .ods made of its cells.
const ACCOUNTS = 10_000

await using server = await openDatabaseServer(process.env.DATABASE_URL)
console.log(`Exports sent back unedited, on the ${server.name}.`)

const demo = await server.makeDatabase()
{
  await using portal = await portalOn(demo)
  await seedDemo(portal)
  const { rows } = await portal.database.transaction('everything', (tx) =>
    tx.query(`select administrator_id as id from administrator_role where role = 'global-administrator'`),
  )
  const actor = await actorFor(portal, rows[0]?.id)
  if (!actor) throw new Error('the demo has no global administrator')
  for (const { code } of await organisationsOf(portal, actor)) {
    for (const kind of ['csv', 'xlsx', 'ods'] as const) {
      const done = await checkSentBack({ portal, actor, code }, kind)
      console.log(
        `demo, ${code}, ${kind}: ${done['rows sent back']} rows sent back, ${done['changes planned']} changes planned`,
      )
    }
  }
}
await server.dropDatabase(demo)

const hostile = await server.makeDatabase()
{
  await using portal = await portalOn(hostile)
  const client = new Client(hostile)
  await client.connect()
  await runRounds('proof:round-trip', readRounds({ rounds: 3 }), (seed) =>
    checkRoundTrip(portal, client, seed, ACCOUNTS),
  )
  await client.end()
}
await server.dropDatabase(hostile)
