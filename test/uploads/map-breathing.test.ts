import { expect, test } from 'vitest'
import { mapBreathing } from '../../src/uploads/map-breathing.ts'

test('maps in order, and lets others in meanwhile', async () => {
  const items = Array.from({ length: 1_050 }, (_, n) => n)
  let turns = 0
  let isOver = false
  setImmediate(function others() {
    turns++
    if (!isOver) setImmediate(others)
  })
  expect(await mapBreathing(items, (item, at) => item * 2 - at)).toEqual(items)
  isOver = true
  expect(turns).toBeGreaterThanOrEqual(10)
})

test('nothing comes out as nothing', async () => {
  expect(await mapBreathing([], () => 1)).toEqual([])
})
