import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkMutant, checkOthers, MOST_MEMORY_MB, peakMemoryMb } from '../../proofs/files/check-files.ts'
import { corporaFiles, corporaPlace } from '../../proofs/files/corpora.ts'
import { type Listening, listenOn } from '../../proofs/files/listen.ts'
import { runRounds } from '../../proofs/support/rounds.ts'
import type { Portal } from '../../src/portal.ts'
import { testPortal } from '../support/portal.ts'

// A slice of `npm run proof:files`: the same mutants, fewer of them, and every tenth of the corpora's files.
const AT_ONCE = 4
const others = corporaFiles().filter((_, at) => at % 20 < 2)

describe('sent through the upload route, with a worker that checks them', { timeout: 180_000 }, () => {
  let portal: Portal
  let listening: Listening
  beforeAll(async () => {
    portal = await testPortal({ workerConcurrency: AT_ONCE, mobileRequired: false })
    listening = await listenOn(portal)
  })
  afterAll(async () => {
    await listening[Symbol.asyncDispose]()
    await portal[Symbol.asyncDispose]()
  })

  it('300 files made of the examples are read as a careful person would, or refused with the place', async () => {
    const failed = await runRounds('proof:files', { rounds: 300, seed: 40_000, atOnce: AT_ONCE }, (seed) =>
      checkMutant(listening, seed),
    )
    expect(failed).toEqual([])
    expect(peakMemoryMb()).toBeLessThan(MOST_MEMORY_MB)
  })

  const count = others.length || `skipped: ${corporaPlace()} is not there`
  it.skipIf(others.length === 0)(`other people’s files too (${count})`, async () => {
    const failed = await runRounds('proof:files', { rounds: others.length, seed: 0, atOnce: AT_ONCE }, (at) =>
      checkOthers(listening, (others[at] as (typeof others)[number])(), at),
    )
    expect(failed).toEqual([])
  })
})
