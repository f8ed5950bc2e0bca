import { expect, test } from 'vitest'
import { mapYielding } from '../../src/flow/yielding.ts'

test('maps in order, and lets others in after each item that takes long', async () => {
  let turns = 0
  let isOver = false
  setImmediate(function others() {
    turns++
    if (!isOver) setImmediate(others)
  })
  const seen: number[] = []
  await mapYielding([10, 20, 30, 40], (item, at) => {
    seen.push(item * at)
    for (const end = performance.now() + 5; performance.now() < end; );
  })
  isOver = true
  expect(seen).toEqual([0, 20, 60, 120])
  expect(turns).toBeGreaterThanOrEqual(3)
})

test('nothing comes out as nothing', async () => {
  expect(await mapYielding([], () => 1)).toEqual([])
})
