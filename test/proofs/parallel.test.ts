import { Client } from 'pg'
import { expect, test } from 'vitest'
import { checkParallel } from '../../proofs/parallel/check-parallel.ts'
import { deploy } from '../../proofs/support/deployment.ts'
import { openMailServer } from '../../proofs/support/mail-server.ts'
import { startPostgres } from '../../proofs/support/postgres.ts'
import { runRounds } from '../../proofs/support/rounds.ts'

const LOAD = { organisations: 3, administrators: 9, uploads: 24, people: 100, acts: 24 }

// A slice of `npm run proof:parallel`: fewer uploads and acts, and fewer rows.
test('what is sent and confirmed at the same moment ends as in some order, with nobody twice', {
  timeout: 240_000,
}, async () => {
  await using postgres = await startPostgres()
  await using mail = await openMailServer()
  await using deployment = await deploy(postgres, { webs: 2, workers: 2, settings: { SMTP_URL: mail.url } })
  const client = new Client(deployment.databaseUrl)
  await client.connect()
  const failed = await runRounds('proof:parallel', { rounds: 1, seed: 3_000 }, (seed) =>
    checkParallel({ deployment, client, mail }, LOAD, seed),
  )
  await client.end()
  expect(failed).toEqual([])
})
