import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { filesCheck, MOST_MEMORY_MB, peakMemoryMb } from '../../proofs/files/check-files.ts'
import { type Listening, listenOn } from '../../proofs/files/listen.ts'
import { runRounds } from '../../proofs/support/rounds.ts'
import type { Portal } from '../../src/portal.ts'
import { testPortal } from '../support/portal.ts'

// A slice of `npm run proof:files`: the same mutants, fewer of them, and some of the corpora's files.
const AT_ONCE = 4
const EVERY = 20
const { corpora, check } = filesCheck()

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

  it('300 files made of the examples, 60 of them workbooks, are read as a careful person would, or refused with the place', async () => {
    const failed = await runRounds('proof:files', { rounds: 300, seed: 40_000, atOnce: AT_ONCE }, (seed) =>
      check(listening, seed),
    )
    expect(failed).toEqual([])
    expect(peakMemoryMb()).toBeLessThan(MOST_MEMORY_MB)
  })

  it.skipIf(corpora.count === 0)(`every ${EVERY}th of ${corpora.words}`, async () => {
    const rounds = Math.floor(corpora.count / EVERY)
    const failed = await runRounds('proof:files', { rounds, seed: 0, atOnce: AT_ONCE }, (nth) =>
      check(listening, nth * EVERY + (nth % 2)),
    )
    expect(failed).toEqual([])
  })
})
