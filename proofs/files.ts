import { checkMutant, checkOthers, MOST_MEMORY_MB, peakMemoryMb } from './files/check-files.ts'
import { corporaFiles, corporaPlace } from './files/corpora.ts'
import { listenOn } from './files/listen.ts'
import { portalOn } from './support/fresh-portal.ts'
import { startPostgres } from './support/postgres.ts'
import { readRounds, runRounds } from './support/rounds.ts'

// Other people's files, and the examples rewritten and damaged: read as a careful person would, or refused with a reason.
const AT_ONCE = 8

await using postgres = await startPostgres({ settings: { fsync: 'off', synchronous_commit: 'off' } })
{
  await using portal = await portalOn(await postgres.makeDatabase(), {
    workerConcurrency: AT_ONCE,
    mobileRequired: false,
  })
  await using listening = await listenOn(portal)
  const others = corporaFiles()
  console.log(
    others.length > 0
      ? `${others.length.toLocaleString('en-GB')} files of the corpora.`
      : `0 files of the corpora: skipped, since ${corporaPlace()} is not there.`,
  )
  await runRounds('proof:files corpora', { rounds: others.length, seed: 0, atOnce: AT_ONCE }, (at) =>
    checkOthers(listening, (others[at] as (typeof others)[number])(), at),
  )
  await runRounds('proof:files', { ...readRounds({ rounds: 100_000 }), atOnce: AT_ONCE }, (seed) =>
    checkMutant(listening, seed),
  )
}
const peak = peakMemoryMb()
console.log(
  `  ${peak.toLocaleString('en-GB')} MB of memory at the most, of ${MOST_MEMORY_MB.toLocaleString('en-GB')} allowed`,
)
if (peak > MOST_MEMORY_MB) process.exitCode = 1
