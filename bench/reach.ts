import { mkdtemp, rm } from 'node:fs/promises'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { Client } from 'pg'
import { type DatabaseServer, openDatabaseServer } from '../proofs/support/database-server.ts'
import { makeAccounts, writeFile } from './directory.ts'
import { confirm, handIn, jobMs, peakMemory, type Served, serve, takeThrough } from './served.ts'

const { values: options } = parseArgs({
  options: {
    accounts: { type: 'string', default: '1000000' },
    rows: { type: 'string', default: '100000' },
    help: { type: 'boolean' },
  },
})

if (options.help) {
  console.log(`npm run bench:reach -- [--accounts 1000000] [--rows 100000]

Measures what Muster sets out to reach, with processes as an operator runs them, through the HTTP API:
checking and applying --rows against --accounts, the same file again, the answer to a large file, four organisations at
once, and memory. DATABASE_URL: on that PostgreSQL, else on an embedded one.`)
} else {
  await measureAll(Number(options.accounts), Number(options.rows))
}

type Context = { served: Served; client: Client; folder: string; accounts: number; rows: number }

async function measureAll(accounts: number, rows: number): Promise<void> {
  await using server = await openDatabaseServer(process.env.DATABASE_URL)
  const folder = await mkdtemp(join(tmpdir(), 'muster-bench-'))
  console.log(`${cpus().length} cores, Node ${process.versions.node}, ${server.name}\n`)
  console.log('| measure | reach | measured |\n| --- | --- | --- |')
  try {
    await onDatabase(server, ['RX1'], 0, async (served, client) => {
      await makeAccounts(client, served.organisations[0]?.id as number, accounts)
      await client.query('vacuum analyze')
      await oneOrganisation({ served, client, folder, accounts, rows })
    })
    await onDatabase(server, ['RX1', 'RX2', 'RX3', 'RX4'], 2, async (served, client) => {
      for (const { id } of served.organisations) await makeAccounts(client, id, rows / 2)
      await client.query('vacuum analyze')
      await fourOrganisations({ served, client, folder, accounts, rows: rows / 2 })
    })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function onDatabase(
  server: DatabaseServer,
  codes: string[],
  workers: number,
  work: (served: Served, client: Client) => Promise<void>,
): Promise<void> {
  const url = await server.makeDatabase()
  const client = new Client(url)
  await client.connect()
  {
    await using served = await serve(url, codes, workers)
    await work(served, client)
  }
  await client.end()
  await server.dropDatabase(url)
}

async function oneOrganisation({ served, client, folder, accounts, rows }: Context): Promise<void> {
  const [own] = served.organisations as [Served['organisations'][number]]
  const file = join(folder, 'update.csv')
  const memory = async () => {
    const peaks = await Promise.all(served.processes.map(peakMemory))
    return `${peaks.join(' + ')} MB`
  }

  await writeFile(file, Math.round(rows / 10), 1)
  await takeThrough(served, own, file)
  const memoryBefore = await memory()

  await writeFile(file, rows, 2)
  const id = await takeThrough(served, own, file)
  const check = await jobMs(served, 'check-upload', id)
  print(`check of ${n(rows)} rows against ${n(accounts)} accounts`, 'under 5 s', seconds(check))
  const apply = await jobMs(served, 'apply-change-set', id)
  print(`apply of ${n(rows)} changed rows`, '10,000 rows/s', `${n(Math.round((rows / apply) * 1000))} rows/s`)

  const writes = await writesToAccounts(client)
  const started = performance.now()
  await takeThrough(served, own, file)
  const again = seconds(performance.now() - started)
  print(
    'the same file again',
    '0 writes, under 5 s',
    `${(await writesToAccounts(client)) - writes} writes, ${again}`,
  )

  const memoryBetween = await memory()
  await writeFile(file, accounts, 3)
  const { id: large, answerMs } = await handIn(served, own, file)
  const megabytes = Math.round(await fileMegabytes(client, large))
  print(`answer after the last byte of a file of ${megabytes} MB`, 'under 1 s', seconds(answerMs))
  await confirm(served, own, large)
  print(
    `peak memory of the process (web and worker), ${[rows / 10, rows, accounts].map(n).join(' → ')} rows`,
    'flat, under 400 MB',
    `${memoryBefore} → ${memoryBetween} → ${await memory()}`,
  )
}

async function fourOrganisations({ served, folder, rows }: Context): Promise<void> {
  const file = join(folder, 'four.csv')
  const timed = async (round: number, send: (file: string) => Promise<unknown>) => {
    await writeFile(file, rows, round)
    const started = performance.now()
    await send(file)
    return performance.now() - started
  }
  const inTurn = async (path: string) => {
    for (const organisation of served.organisations) await takeThrough(served, organisation, path)
  }
  const atOnce = (path: string) =>
    Promise.all(served.organisations.map((organisation) => takeThrough(served, organisation, path)))
  await timed(1, inTurn) // the first pass after a load is slower: pages are full
  const [turns, once] = [await timed(2, inTurn), await timed(3, atOnce)]
  print(
    `four organisations of ${n(rows)} rows at once with two workers, against one after the other`,
    'faster by what the cores allow',
    `${(turns / once).toFixed(2)} times as fast (${seconds(turns)} → ${seconds(once)})`,
  )
}

/** Every write raises an account's version. */
async function writesToAccounts(client: Client): Promise<number> {
  const { rows } = await client.query('select sum(version) as writes from account')
  return Number(rows[0].writes)
}

async function fileMegabytes(client: Client, id: number): Promise<number> {
  const { rows } = await client.query('select size_bytes / 1e6 as megabytes from upload where id = $1', [id])
  return Number(rows[0].megabytes)
}

function print(measure: string, reach: string, measured: string): void {
  console.log(`| ${measure} | ${reach} | ${measured} |`)
}

function n(count: number): string {
  return count.toLocaleString('en-GB')
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`
}
