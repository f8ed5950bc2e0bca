import { random } from '../src/demo/random.ts'
import { checkDamaged, checkOrdinary } from './damage/check-damage.ts'
import { makeKnown } from './damage/make-known.ts'
import { openDatabaseServer } from './support/database-server.ts'
import { portalOn } from './support/fresh-portal.ts'
import { readRounds, runRounds } from './support/rounds.ts'

// Files damaged as spreadsheets do it: all of it is spotted, none repaired wrongly, none stored without a word; and files
// as people send them, of which nothing is said.
const ORDINARY = 200

await using server = await openDatabaseServer(process.env.DATABASE_URL)
console.log(`Damaged files and ordinary ones, on the ${server.name}.`)
const database = await server.makeDatabase()
{
  await using portal = await portalOn(database)
  const rounds = readRounds({ rounds: 420 })
  const known = await makeKnown(portal, 'ZD1', random(rounds.seed))
  await runRounds('proof:damage', rounds, (seed) => checkDamaged(known.sender, known, seed))
  const ordinary = { rounds: Math.min(ORDINARY, rounds.rounds), seed: rounds.seed }
  await runRounds('proof:damage', ordinary, (seed) => checkOrdinary(known.sender, known, seed))
}
await server.dropDatabase(database)
