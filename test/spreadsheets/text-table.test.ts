import { expect, test } from 'vitest'
import { textTable } from '../../src/spreadsheets/text-table.ts'

test('texts are found by their number, those on disk too', async () => {
  await using texts = await textTable()
  const text = (at: number) => `${at} ${'é'.repeat(at % 700)}${at % 1000 === 0 ? 'x'.repeat(4_000_000) : ''}`
  const count = 20_000
  for (let at = 0; at < count; at++) texts.add(text(at))
  for (const at of [0, 1, 999, 1000, 1001, 19_000, 19_001, count - 1]) expect(texts.get(at)).toBe(text(at))
  for (let at = 0; at < count; at += 37) expect(texts.get(at)).toBe(text(at))
  for (const at of [-1, count, 1.5, Number.NaN]) expect(() => texts.get(at)).toThrow('damaged')
})
