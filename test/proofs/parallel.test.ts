import { Pool } from 'pg'
import { expect, test } from 'vitest'
import { checkParallel } from '../../proofs/parallel/check-parallel.ts'
import { runRounds } from '../../proofs/support/rounds.ts'
import { openPortal } from '../../src/portal.ts'
import { startWorker } from '../../src/worker/work.ts'
import { testPortal } from '../support/portal.ts'

// A slice of `npm run proof:parallel`.
test('files sent and confirmed at the same moment end as in some order, with nobody twice', async () => {
  await using one = await testPortal()
  await using other = await openPortal(one.config, { databaseUrl: one.database.url, log: one.log })
  for (const portal of [one, other]) await startWorker(portal)
  const client = new Pool({ connectionString: one.database.url, max: 4 })
  const failed = await runRounds('proof:parallel', { rounds: 2, seed: 3_000 }, (seed) =>
    checkParallel([one, other], client, seed),
  )
  await client.end()
  expect(failed).toEqual([])
})
