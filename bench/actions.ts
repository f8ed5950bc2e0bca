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
import type { ChangeSetJob } from '../src/changes/lease-change-set.ts'
import type { Portal } from '../src/portal.ts'
import { planTransfer } from '../src/transfers/plan-transfer.ts'
import { startTransfer } from '../src/transfers/start.ts'
import { makeAccounts } from './directory.ts'

const { values: options } = parseArgs({
  options: { accounts: { type: 'string', default: '100000' }, help: { type: 'boolean' } },
})

if (options.help) {
  console.log(`npm run bench:actions -- [--accounts 100000]

Disables every account of a fresh directory by a filter, takes that back, transfers all of them to another organisation and
takes that back too: planned, applied, each on the clock. The floors are one UPDATE each, of the status and of the organisation,
in an equal copy of the account table. DATABASE_URL: on that PostgreSQL, else on an embedded one.`)
} else {
  await bench(Number(options.accounts))
}

async function bench(accounts: number): Promise<void> {
  await using server = await openDatabaseServer(process.env.DATABASE_URL)
  const databaseUrl = await server.makeDatabase()
  try {
    await using portal = await portalOn(databaseUrl)
    const [from, to] = [await makeOrganisation(portal, 'RX1'), await makeOrganisation(portal, 'RX2')]
    const floors = await prepare(databaseUrl, [from.id, to.id], accounts)
    const both: Both = [await ofBoth(portal, 'first'), await ofBoth(portal, 'second')]
    const disabled = await disableAll(portal, both, from.id)
    const enabled = await takeBack(portal, both, disabled.id, from.id)
    const transferred = await transferAll(portal, both, from.id)
    const returned = await takeBack(portal, both, transferred.id, from.id)
    for (const { id } of [disabled, enabled, transferred, returned])
      await requireAll(portal, both[0], id, accounts)
    const speed = (ms: number) => Math.round((accounts / ms) * 1000).toLocaleString('en-GB')
    console.log(`${server.name}, ${accounts.toLocaleString('en-GB')} accounts; accounts per second\n`)
    console.log('| | plan | apply | both | floor |\n| --- | ---: | ---: | ---: | ---: |')
    const lines = [
      ['disable', disabled, floors.disable],
      ['take back', enabled, floors.disable],
      ['transfer', transferred, floors.transfer],
      ['take the transfer back', returned, floors.transfer],
    ] as const
    for (const [name, { plan, apply }, floor] of lines)
      console.log(`| ${name} | ${speed(plan)} | ${speed(apply)} | ${speed(plan + apply)} | ${speed(floor)} |`)
    console.log(`\nThe most memory ever held: ${Math.round(process.resourceUsage().maxRSS / 1000)} MB`)
  } finally {
    await server.dropDatabase(databaseUrl)
  }
}

/** Makes the accounts. @returns milliseconds of the floors */
async function prepare(
  databaseUrl: string,
  [from, to]: readonly [number, number],
  accounts: number,
): Promise<{ disable: number; transfer: number }> {
  const client = new Client(databaseUrl)
  await client.connect()
  const copyAndUpdate = async (change: string) => {
    await client.query('create table bench_account (like account including all) with (fillfactor = 80)')
    const { rows } = await client.query(
      `select string_agg(attname, ', ' order by attnum) as names from pg_attribute
       where attrelid = 'account'::regclass and attnum > 0 and not attisdropped and attgenerated = ''`,
    )
    await client.query(
      `insert into bench_account (${rows[0].names}) select ${rows[0].names} from account on conflict do nothing`,
    )
    await client.query('vacuum analyze account, bench_account')
    const took = await timed(async () => {
      await client.query(
        `update bench_account set ${change}, status_changed_at = now(), version = version + 1, updated_at = now()`,
      )
    })
    await client.query('drop table bench_account')
    return took
  }
  try {
    await makeAccounts(client, from, accounts)
    return {
      disable: await copyAndUpdate(`status = 'Disabled'`),
      transfer: await copyAndUpdate(`organisation_id = ${Number(to)}, site = null`),
    }
  } finally {
    await client.end()
  }
}

/** Who confirms, and who agrees to what is held for a second person. */
type Both = readonly [confirms: Actor, agrees: Actor]

/** An administrator of both organisations. */
async function ofBoth(portal: Portal, name: string): Promise<Actor> {
  await makeAdministrator(portal, `${name}@trust.example`, 'RX1')
  return makeAdministrator(portal, `${name}@trust.example`, 'RX2')
}

type Measured = { id: number; plan: number; apply: number }

async function disableAll(portal: Portal, both: Both, organisationId: number): Promise<Measured> {
  const organisation = { id: organisationId }
  const id = await startAction(portal, both[0], { organisation, action: 'disable', accounts: { filter: {} } })
  return measured(portal, both, { changeSetId: id, organisationId }, planAction)
}

async function transferAll(portal: Portal, both: Both, organisationId: number): Promise<Measured> {
  const from = { id: organisationId }
  const id = await startTransfer(portal, both[0], { from, to: 'RX2', accounts: { filter: {} } })
  return measured(portal, both, { changeSetId: id, organisationId }, planTransfer)
}

async function takeBack(portal: Portal, both: Both, id: number, organisationId: number): Promise<Measured> {
  const changeSetId = await undoChangeSet(portal, both[0], id)
  return measured(portal, both, { changeSetId, organisationId }, planUndo)
}

async function measured(
  portal: Portal,
  both: Both,
  data: ChangeSetJob,
  planSet: (portal: Portal, job: { data: ChangeSetJob }) => Promise<void>,
): Promise<Measured> {
  const plan = await timed(() => planSet(portal, { data }))
  return { id: data.changeSetId, plan, apply: await timed(() => applyAll(portal, both, data)) }
}

async function applyAll(portal: Portal, [actor, second]: Both, data: ChangeSetJob): Promise<void> {
  await confirmChangeSet(portal, actor, data.changeSetId)
  const { status } = await findChangeSet(portal, actor, data.changeSetId)
  if (status === 'awaiting-agreement') await agree(portal, second, data.changeSetId)
  await applyChangeSet(portal, { data })
}

async function requireAll(portal: Portal, actor: Actor, id: number, accounts: number): Promise<void> {
  const { results, status } = await findChangeSet(portal, actor, id)
  if (results.updated !== accounts)
    throw new Error(`change ${id} is ${status}: ${results.updated} of ${accounts} accounts were written`)
}

async function timed(work: () => Promise<void>): Promise<number> {
  const started = performance.now()
  await work()
  return performance.now() - started
}
