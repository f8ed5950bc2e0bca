import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { cpus, tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { Client } from 'pg'
import { openDatabaseServer } from '../proofs/support/database-server.ts'
import { makeOrganisation, portalOn } from '../proofs/support/fresh-portal.ts'
import { makeAccounts, runFloor, writeFile, writeWorkbook } from './directory.ts'
import type { Measured, Task } from './upload.ts'

const { values: options } = parseArgs({
  options: {
    rows: { type: 'string', default: '10000,100000' },
    accounts: { type: 'string' },
    runs: { type: 'string', default: '3' },
    xlsx: { type: 'boolean' },
    profile: { type: 'string' },
    help: { type: 'boolean' },
  },
})

if (options.help) {
  console.log(`npm run bench -- [--rows 10000,100000] [--accounts N] [--runs 3] [--xlsx] [--profile FOLDER]

Updates every account of a fresh directory from one file of twelve columns, two of them changed in each row, as many
times as --runs says, takes each back again, and prints the medians (“all” is without the taking back). The floor is COPY into a staging table and one UPDATE … FROM into an equal
copy of the account table, on the same server in the same run. DATABASE_URL: on that PostgreSQL, else on an embedded one.
--accounts: so many in the directory (as many as rows). --xlsx: the file is a workbook, which is read while it is received.
--profile: writes a V8 CPU profile of each upload there.`)
} else {
  await bench()
}

async function bench(): Promise<void> {
  const runs = Number(options.runs)
  const sizes = options.rows.split(',').map(Number)
  await using server = await openDatabaseServer(process.env.DATABASE_URL)
  const memory = Math.round(totalmem() / 2 ** 30)
  console.log(`${cpus().length} cores, ${memory} GiB memory, Node ${process.versions.node}, ${server.name}`)
  console.log(`Medians of ${runs} run${runs === 1 ? '' : 's'}; rows per second, and times the floor's time\n`)
  console.log(
    '| rows | accounts | receive | check | apply | results | all | floor | times the floor | memory | take back |',
  )
  console.log('| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |')
  for (const rows of sizes) {
    const accounts = Math.max(rows, Number(options.accounts ?? rows))
    const databaseUrl = await server.makeDatabase()
    try {
      console.log(await measure(databaseUrl, { rows, accounts, runs }))
    } finally {
      await server.dropDatabase(databaseUrl)
    }
  }
}

/** One size, in a database of its own. @returns a line of the table */
async function measure(
  databaseUrl: string,
  size: { rows: number; accounts: number; runs: number },
): Promise<string> {
  const { rows, accounts, runs } = size
  await using portal = await portalOn(databaseUrl)
  const { id, code, actor } = await makeOrganisation(portal, 'RX1')
  const client = new Client(databaseUrl)
  await client.connect()
  const folder = await mkdtemp(join(tmpdir(), 'muster-bench-'))
  try {
    await makeAccounts(client, id, accounts)
    const file = join(folder, options.xlsx ? 'bench.xlsx' : 'bench.csv')
    const { administratorId } = actor
    const measured: (Measured & { floor: number })[] = []
    await using working = startWorking()
    for (let round = 1; round <= runs; round++) {
      const floor = await runFloor(client, rows, round)
      await (options.xlsx ? writeWorkbook : writeFile)(file, rows, round)
      measured.push({
        ...(await working.upload({ databaseUrl, administratorId, code, file, rows })),
        floor,
      })
    }
    return line(size, measured)
  } finally {
    await client.end()
    await rm(folder, { recursive: true, force: true })
  }
}

/** The process that does the work of web and worker: one for all runs, as a portal is; its memory is the upload's. */
function startWorking(): AsyncDisposable & { upload(task: Task): Promise<Measured> } {
  const execArgv = options.profile ? ['--cpu-prof', `--cpu-prof-dir=${options.profile}`] : []
  const child = fork(join(import.meta.dirname, 'upload.ts'), { execArgv })
  const ended = once(child, 'exit')
  const failed = ended.then(([exitCode]) => {
    throw new Error(`the process that uploads has ended with ${exitCode}`)
  })
  failed.catch(() => {})
  return {
    upload: async (task) => {
      child.send(task)
      const [measured] = (await Promise.race([once(child, 'message'), failed])) as [Measured]
      return measured
    },
    [Symbol.asyncDispose]: async () => {
      if (child.connected) child.disconnect()
      await ended
    },
  }
}

function line(
  { rows, accounts }: { rows: number; accounts: number },
  measured: (Measured & { floor: number })[],
): string {
  const total = (one: Measured) => one.receive + one.check + one.apply + one.results
  const speed = (time: (one: Measured & { floor: number }) => number) =>
    Math.round((rows / median(measured.map(time))) * 1000).toLocaleString('en-GB')
  const cells = [
    rows.toLocaleString('en-GB'),
    accounts.toLocaleString('en-GB'),
    speed((one) => one.receive),
    speed((one) => one.check),
    speed((one) => one.apply),
    speed((one) => one.results),
    speed(total),
    speed((one) => one.floor),
    median(measured.map((one) => total(one) / one.floor)).toFixed(1),
    `${Math.round(Math.max(...measured.map((one) => one.peakBytes)) / 1e6)} MB`,
    speed((one) => one.undo),
  ]
  return `| ${cells.join(' | ')} |`
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2
}
