import { expect, test } from 'vitest'
import { FAMILIES } from '../../proofs/faults/families.ts'
import { runFaults } from '../../proofs/faults/run-faults.ts'

// A slice of `npm run proof:faults`: those faults that are over within seconds. It prints how many it leaves out.
test('PostgreSQL restarted, killed, out of connections, its disk full; clients gone or slow; a second instance', {
  timeout: 300_000,
}, async () => {
  const { failed, shown, leftOut } = await runFaults(FAMILIES, ({ quick }) => quick === true, 500)
  expect(failed).toEqual([])
  expect(shown.length + leftOut.length).toBe(7)
})
