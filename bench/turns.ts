import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { Client } from 'pg'
import { openDatabaseServer } from '../proofs/support/database-server.ts'
import { makeAccounts, writeFile } from './directory.ts'
import { handIn, type Organisation, serve, waitFor } from './served.ts'

const { values: options } = parseArgs({
  options: {
    files: { type: 'string', default: '100' },
    rows: { type: 'string', default: '15000' },
    help: { type: 'boolean' },
  },
})

if (options.help) {
  console.log(`npm run bench:turns -- [--files 100] [--rows 15000]

How long an organisation's file of --rows waits for its check behind as many of another's as --files says, all sent by one
person, against one that nobody is before. DATABASE_URL: on that PostgreSQL, else on an embedded one.`)
} else {
  await measure(Number(options.files), Number(options.rows))
}

async function measure(files: number, rows: number): Promise<void> {
  await using server = await openDatabaseServer(process.env.DATABASE_URL)
  const folder = await mkdtemp(join(tmpdir(), 'muster-bench-'))
  const url = await server.makeDatabase()
  const client = new Client(url)
  await client.connect()
  {
    await using served = await serve(url, ['RX1', 'RX2'], 0)
    const [busy, other] = served.organisations as [Organisation, Organisation]
    for (const { id } of served.organisations) await makeAccounts(client, id, rows)
    await client.query('vacuum analyze')
    const file = join(folder, 'update.csv')
    await writeFile(file, rows, 1)
    const check = async () => {
      const started = performance.now()
      const { id } = await handIn(served, other, file)
      await waitFor(served, other, id, 'checked')
      return ((performance.now() - started) / 1000).toFixed(1)
    }
    await check() // the first is slower
    console.log(`a file of ${rows} rows, alone: checked ${await check()} s after it was sent`)
    for (let n = 0; n < files; n++) await handIn(served, busy, file)
    console.log(`behind ${files} such files of one person of another organisation: ${await check()} s`)
  }
  await client.end()
  await server.dropDatabase(url)
  await rm(folder, { recursive: true, force: true })
}
