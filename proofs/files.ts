import { filesCheck, MOST_MEMORY_MB, peakMemoryMb } from './files/check-files.ts'
import { listenOn } from './files/listen.ts'
import { portalOn } from './support/fresh-portal.ts'
import { startPostgres } from './support/postgres.ts'
import { readRounds, runRounds } from './support/rounds.ts'

// Other people's files, and the examples rewritten and damaged: read as a careful person would, or refused with a reason.
const AT_ONCE = 8

const { corpora, check } = filesCheck()
console.log(corpora.words)
await using postgres = await startPostgres({ settings: { fsync: 'off', synchronous_commit: 'off' } })
{
  const settings = { workerConcurrency: AT_ONCE, mobileRequired: false }
  await using portal = await portalOn(await postgres.makeDatabase(), settings)
  await using listening = await listenOn(portal)
  const round = (seed: number) => check(listening, seed)
  if (!process.argv.includes('--seed'))
    await runRounds('proof:files', { rounds: corpora.count, seed: 0, atOnce: AT_ONCE }, round)
  await runRounds('proof:files', { ...readRounds({ rounds: 100_000 }), atOnce: AT_ONCE }, round)
}
const peak = peakMemoryMb()
console.log(
  `  ${peak.toLocaleString('en-GB')} MB of memory at the most, of ${MOST_MEMORY_MB.toLocaleString('en-GB')} allowed`,
)
if (peak > MOST_MEMORY_MB) process.exitCode = 1
