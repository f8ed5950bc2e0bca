import { Client } from 'pg'
import { checkParallel } from './parallel/check-parallel.ts'
import { deploy } from './support/deployment.ts'
import { openMailServer } from './support/mail-server.ts'
import { startPostgres } from './support/postgres.ts'
import { readRounds, runRounds } from './support/rounds.ts'
import { disposeWhenInterrupted } from './support/when-interrupted.ts'

// Whatever is sent and confirmed at the same moment: nobody twice, nothing lost, the end of some order.
const LOAD = { organisations: 4, administrators: 20, uploads: 100, people: 1_000, acts: 100 }

await using opened = new AsyncDisposableStack()
using _ = disposeWhenInterrupted(opened)
const postgres = opened.use(await startPostgres())
const mail = opened.use(await openMailServer())
const deployment = opened.use(
  await deploy(postgres, { webs: 2, workers: 2, settings: { SMTP_URL: mail.url } }),
)
const client = new Client(deployment.databaseUrl)
client.on('error', () => {}) // interrupted, it is cut off
await client.connect()
console.log(
  `${LOAD.uploads} uploads at once by ${LOAD.administrators} administrators of ${LOAD.organisations} organisations, through two web processes and two workers.`,
)
await runRounds('proof:parallel', readRounds({ rounds: 10 }), (seed) =>
  checkParallel({ deployment, client, mail }, LOAD, seed),
)
await client.end()
