import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { readAhead } from '../../src/flow/read-ahead.ts'

/** Numbers, each made after a moment; what is under way and whether it was let go can be seen. */
function numbers(count: number) {
  const seen = { made: 0, making: 0, released: 0 }
  async function* make() {
    try {
      for (let n = 0; n < count; n++) {
        seen.making++
        await sleep(2)
        seen.making--
        seen.made++
        yield n
      }
    } finally {
      seen.released++
    }
  }
  return { seen, items: make() }
}

test('all come, in their order, and no more are made than asked for ahead', async () => {
  const { seen, items } = numbers(9)
  const taken: number[] = []
  for await (const item of readAhead(items, 2)) {
    await sleep(15)
    expect(seen.made).toBeLessThanOrEqual(taken.length + 1 + 2)
    taken.push(item)
  }
  expect(taken).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8])
  expect(seen.released).toBe(1)
})

test('the next ones are made while one is worked on', async () => {
  const { seen, items } = numbers(5)
  for await (const item of readAhead(items, 2)) {
    await sleep(15)
    if (item === 0) expect(seen.made).toBe(3)
    if (item === 0) break
  }
})

test('who stops in the middle lets the source go, when nothing of it is being made any more', async () => {
  const { seen, items } = numbers(100)
  for await (const item of readAhead(items, 3)) if (item === 1) break
  expect(seen).toMatchObject({ making: 0, released: 1 })
  const made = seen.made
  await sleep(15)
  expect(seen.made).toBe(made)
})

test('who fails in the middle does too, and a source that fails is heard of where it fails', async () => {
  const { seen, items } = numbers(100)
  const failing = async () => {
    for await (const _ of readAhead(items, 3)) throw new Error('no room')
  }
  await expect(failing()).rejects.toThrow('no room')
  expect(seen).toMatchObject({ making: 0, released: 1 })
  async function* broken() {
    yield 1
    yield 2
    throw new Error('torn')
  }
  const taken: number[] = []
  const reading = async () => {
    for await (const item of readAhead(broken(), 3)) taken.push(item)
  }
  await expect(reading()).rejects.toThrow('torn')
  expect(taken).toEqual([1, 2])
})
