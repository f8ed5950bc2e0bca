import { parseArgs } from 'node:util'
import { FAMILIES } from './faults/families.ts'
import { runFaults } from './faults/run-faults.ts'

// Whatever goes wrong around it: what is to be seen is true, and an upload ends as if nothing had been, without help.
const { values } = parseArgs({
  options: { only: { type: 'string' }, rounds: { type: 'string' }, seed: { type: 'string' } },
})
const seed = Number(values.seed ?? Math.floor(Math.random() * 1_000_000) * 1_000)
const only = values.only?.toLowerCase() ?? ''
for (let round = 0; round < Number(values.rounds ?? 1); round++) {
  const tally = await runFaults(
    FAMILIES,
    (fault, family) => `${family.name}: ${fault.name}`.toLowerCase().includes(only),
    seed + round,
  )
  if (tally.failed.length > 0) process.exitCode = 1
}
process.exit() // clients of a fault that failed may be left, and would be waited for
