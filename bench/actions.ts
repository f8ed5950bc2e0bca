import { parseArgs } from 'node:util'
import { Client } from 'pg'
import { openDatabaseServer } from '../proofs/support/database-server.ts'
import { makeAdministrator, makeOrganisation, portalOn } from '../proofs/support/fresh-portal.ts'
import type { Actor } from '../src/access/actor.ts'
import { planAction } from '../src/actions/plan.ts'
import { startAction } from '../src/actions/start.ts'
import { agree } from '../src/changes/agree.ts'
import { applyChangeSet } from '../src/changes/apply/apply.ts'
import { confirmChangeSet } from '../src/changes/confirm.ts'
import { findChangeSet } from '../src/changes/find-change-sets.ts'
import { planUndo, undoChangeSet } from '../src/changes/history/undo.ts'
import type { Portal } from '../src/portal.ts'
import { makeAccounts } from './directory.ts'

const { values: options } = parseArgs({
  options: { accounts: { type: 'string', default: '100000' }, help: { type: 'boolean' } },
})

if (options.help) {
  console.log(`npm run bench:actions -- [--accounts 100000]

Disables every account of a fresh directory by a filter, and takes it back: planned, applied, each on the clock. The floor is
one UPDATE of the status in an equal copy of the account table. DATABASE_URL: on that PostgreSQL, else on an embedded one.`)
} else {
  await bench(Number(options.accounts))
}

async function bench(accounts: number): Promise<void> {
  await using server = await openDatabaseServer(process.env.DATABASE_URL)
  const databaseUrl = await server.makeDatabase()
  try {
    await using portal = await portalOn(databaseUrl)
    const { id, actor } = await makeOrganisation(portal, 'RX1')
    const floor = await prepare(databaseUrl, id, accounts)
    const both: Both = [actor, await makeAdministrator(portal, 'second@trust.example', 'RX1')]
    const action = await disableAll(portal, both, id)
    const undo = await takeBack(portal, both, action.id, id)
    if (action.updated !== accounts)
      throw new Error(`${action.updated} of ${accounts} accounts were disabled`)
    const speed = (ms: number) => Math.round((accounts / ms) * 1000).toLocaleString('en-GB')
    console.log(`${server.name}, ${accounts.toLocaleString('en-GB')} accounts; accounts per second\n`)
    console.log('| | plan | apply | both |\n| --- | ---: | ---: | ---: |')
    for (const [name, { plan, apply }] of Object.entries({ disable: action, 'take back': undo }))
      console.log(`| ${name} | ${speed(plan)} | ${speed(apply)} | ${speed(plan + apply)} |`)
    console.log(`| floor | | | ${speed(floor)} |`)
    console.log(`\nThe most memory ever held: ${Math.round(process.resourceUsage().maxRSS / 1000)} MB`)
  } finally {
    await server.dropDatabase(databaseUrl)
  }
}

/** Makes the accounts. @returns milliseconds of the floor */
async function prepare(databaseUrl: string, organisationId: number, accounts: number): Promise<number> {
  const client = new Client(databaseUrl)
  await client.connect()
  try {
    await makeAccounts(client, organisationId, accounts)
    await client.query('create table bench_account (like account including all) with (fillfactor = 80)')
    const { rows } = await client.query(
      `select string_agg(attname, ', ' order by attnum) as names from pg_attribute
       where attrelid = 'account'::regclass and attnum > 0 and not attisdropped and attgenerated = ''`,
    )
    await client.query(
      `insert into bench_account (${rows[0].names}) select ${rows[0].names} from account on conflict do nothing`,
    )
    await client.query('vacuum analyze account, bench_account')
    const started = performance.now()
    await client.query(
      `update bench_account set status = 'Disabled', status_changed_at = now(), version = version + 1, updated_at = now()`,
    )
    const floor = performance.now() - started
    await client.query('drop table bench_account')
    return floor
  } finally {
    await client.end()
  }
}

/** Who confirms, and who agrees to what is held for a second person. */
type Both = readonly [confirms: Actor, agrees: Actor]

type Measured = { plan: number; apply: number }

async function disableAll(
  portal: Portal,
  both: Both,
  organisationId: number,
): Promise<Measured & { id: number; updated: number }> {
  const wanted = {
    organisation: { id: organisationId },
    action: 'disable',
    accounts: { filter: {} },
  } as const
  const id = await startAction(portal, both[0], wanted)
  const data = { changeSetId: id, organisationId }
  const plan = await timed(() => planAction(portal, { data }))
  const apply = await timed(() => applyAll(portal, both, data))
  const { results } = await findChangeSet(portal, both[0], id)
  return { id, plan, apply, updated: results.updated }
}

async function takeBack(portal: Portal, both: Both, id: number, organisationId: number): Promise<Measured> {
  const data = { changeSetId: await undoChangeSet(portal, both[0], id), organisationId }
  const plan = await timed(() => planUndo(portal, { data }))
  return { plan, apply: await timed(() => applyAll(portal, both, data)) }
}

async function applyAll(
  portal: Portal,
  [actor, second]: Both,
  data: { changeSetId: number; organisationId: number },
): Promise<void> {
  await confirmChangeSet(portal, actor, data.changeSetId)
  const { status } = await findChangeSet(portal, actor, data.changeSetId)
  if (status === 'awaiting-agreement') await agree(portal, second, data.changeSetId)
  await applyChangeSet(portal, { data })
}

async function timed(work: () => Promise<void>): Promise<number> {
  const started = performance.now()
  await work()
  return performance.now() - started
}
