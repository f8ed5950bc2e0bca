import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { actorFor } from '../src/access/administrators.ts'
import { random } from '../src/demo/random.ts'
import { seedDemo } from '../src/demo/seed.ts'
import { organisationsOf } from '../src/directory/organisation.ts'
import { checkSaved } from './spreadsheets/check-saved.ts'
import { openDatabaseServer } from './support/database-server.ts'
import { makeOrganisation, portalOn } from './support/fresh-portal.ts'
import { makeAccounts } from './support/random-directory.ts'
import { readRounds, runRounds } from './support/rounds.ts'

// The export as a workbook, opened in LibreOffice and saved by its defaults as .xlsx, .ods and .csv, changes nothing when
// it is sent back: the demo's, and 1,000 accounts of hostile values. Not these as CSV: what another program writes of `'+1`
// can't be told from what we write of `+1`; nor saved twice, by which LibreOffice loses the tabs of a text.
const ACCOUNTS = 1_000

await using server = await openDatabaseServer(process.env.DATABASE_URL)
console.log(`Exports saved by LibreOffice and sent back, on the ${server.name}.`)
const folder = await mkdtemp(join(tmpdir(), 'muster-spreadsheets-'))

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
    const done = await checkSaved({ portal, actor, code }, folder)
    console.log(
      `demo, ${code}: ${done['files sent back']} files, ${done['rows sent back']} rows sent back, 0 changes planned`,
    )
  }
}
await server.dropDatabase(demo)

const hostile = await server.makeDatabase()
{
  await using portal = await portalOn(hostile)
  const client = new Client(hostile)
  await client.connect()
  await runRounds('proof:spreadsheets', readRounds({ rounds: 3 }), async (seed) => {
    const written = { portal, ...(await makeOrganisation(portal, `T${seed}S`)) }
    await makeAccounts(client, random(seed), { id: written.id, by: written.actor.administratorId }, ACCOUNTS)
    return checkSaved(written, folder, { kinds: ['xlsx', 'ods'], isTwice: false })
  })
  await client.end()
}
await server.dropDatabase(hostile)
await rm(folder, { recursive: true, force: true })
