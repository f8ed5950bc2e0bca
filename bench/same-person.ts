import { parseArgs } from 'node:util'
import { Client } from 'pg'
import sql from 'sql-template-tag'
import { makePairs } from '../proofs/same-person/make-pairs.ts'
import { openDatabaseServer } from '../proofs/support/database-server.ts'
import { portalOn } from '../proofs/support/fresh-portal.ts'
import { similarAccounts } from '../src/changes/plan/similar-accounts.ts'
import { NAMES } from '../src/demo/names.ts'
import { random } from '../src/demo/random.ts'
import { searchDuplicates } from '../src/duplicates/search.ts'
import { insertSearch } from '../src/duplicates/store-search.ts'
import type { Portal } from '../src/portal.ts'

const { values: options } = parseArgs({
  options: {
    accounts: { type: 'string', default: '1000000' },
    people: { type: 'string', default: '10000' },
    everybody: { type: 'boolean' },
    help: { type: 'boolean' },
  },
})

const BATCH = 1_000

if (options.help) {
  console.log(`npm run bench:same-person -- [--accounts 1000000] [--people 10000] [--everybody]

How long the look-out takes for who has an account already: so many new people, in batches as a check has them, against an
organisation of so many accounts. With --everybody: the search for accounts that are there twice, over all of them. DATABASE_URL: on that PostgreSQL, else on an embedded one.`)
} else {
  await measure(Number(options.accounts), Number(options.people))
}

async function measure(accounts: number, people: number): Promise<void> {
  await using server = await openDatabaseServer(process.env.DATABASE_URL)
  const url = await server.makeDatabase()
  const client = new Client(url)
  await client.connect()
  {
    await using portal = await portalOn(url)
    const id = await fill(client, accounts)
    if (options.everybody) await searchAll(portal, id)
    const rows = makePairs(random(1), people).map(({ row }, n) => ({
      ...{ row: n, id: null, values: row, problems: [] },
      localId: row.localId ?? null,
    }))
    const started = performance.now()
    let found = 0
    for (let from = 0; from < rows.length; from += BATCH) {
      const batch = rows.slice(from, from + BATCH)
      const similar = await portal.database.transaction([id], (tx) => similarAccounts(tx, id, batch))
      found += similar.filter((one) => one !== null).length
    }
    const seconds = ((performance.now() - started) / 1000).toFixed(1)
    console.log(`${people} new people against ${accounts} accounts: ${seconds} s, ${found} of them told.`)
  }
  await client.end()
  await server.dropDatabase(url)
}

async function searchAll(portal: Portal, organisationId: number): Promise<void> {
  await portal.database.transaction([organisationId], async (tx) => {
    const administrator = await tx.row<{ id: number }>(sql`select max(id) as id from administrator`)
    const by = administrator?.id as number
    await insertSearch(tx, { organisationId, by, total: 0, now: new Date() })
  })
  const started = performance.now()
  await searchDuplicates(portal, { data: { organisationId } })
  console.log(`The search over everybody: ${((performance.now() - started) / 1000).toFixed(1)} s.`)
}

/** Names as common as in the demo, local IDs side by side, every fourth mobile a colleague’s too. */
async function fill(client: Client, accounts: number): Promise<number> {
  const made = await client.query(
    `insert into organisation (code, name) values ('RX1', 'Large') returning id`,
  )
  const by = await client.query(
    `insert into administrator (email, email_key, name) values ('a@x.example', 'a@x.example', 'A') returning id`,
  )
  const chance = random(7)
  const names = Array.from({ length: 20_000 }, () => {
    const of = chance.weighted(NAMES)
    return [chance.pick(chance.percent(68) ? of.women : of.men), chance.pick(of.last)] as [string, string]
  })
  const id = made.rows[0]?.id as number
  await client.query(
    `insert into account (id, organisation_id, local_id, local_id_key, first_name, last_name, mobile, secondary_email,
       job_title, department, created_at, updated_at, updated_by)
     select n, $1, lpad((900000000 + n)::text, 9, '0'), lpad((900000000 + n)::text, 9, '0'),
       ($3::text[])[1 + n % 20000], ($4::text[])[1 + n * 7 % 20000], '+447' || lpad((n * 3 / 4)::text, 9, '0'),
       'p' || n || '@example.org', 'Job ' || n % 40, 'Department ' || n % 60, now(), now(), $2
     from generate_series(1, $5::bigint) n`,
    [id, by.rows[0]?.id, names.map(([first]) => first), names.map(([, last]) => last), accounts],
  )
  await client.query('vacuum analyze account')
  return id
}
