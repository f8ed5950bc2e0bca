import { parseArgs } from 'node:util'
import { proveIsolation } from './isolation/prove-isolation.ts'
import { startPostgres } from './support/postgres.ts'
import { disposeWhenInterrupted } from './support/when-interrupted.ts'

// Everybody at every place of every route with other people's identifiers: no byte of theirs, and no telling whether
// they are anybody's. With both lines that hold people to their organisations, with each alone, and with neither.
const { values } = parseArgs({ options: { probes: { type: 'string' }, seed: { type: 'string' } } })
const probes = Number(values.probes ?? 14_000)
const seed = Number(values.seed ?? Math.floor(Math.random() * 1_000_000) * 1_000)

await using postgres = await startPostgres({ settings: { fsync: 'off', synchronous_commit: 'off' } })
using _ = disposeWhenInterrupted(postgres)
console.log(`proof:isolation: seed ${seed}, ${probes.toLocaleString('en-GB')} probes each time`)
const amount = { seed, probes, pairsOfFiles: Number.POSITIVE_INFINITY, isFull: true, found: 1_000 }
const wrong = await proveIsolation(await postgres.makeDatabase(), amount)
console.log(`proof:isolation: seed ${seed}, ${wrong.length} found that shouldn’t be`)
if (wrong.length > 0) process.exitCode = 1
