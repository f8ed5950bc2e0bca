import { expect, test } from 'vitest'
import { dialectFiles } from '../../proofs/dialects/make-dialects.ts'
import { scored } from '../../proofs/dialects/score.ts'

test('dialects of every kind, one file in twelve: none is read wrongly in silence', async () => {
  const files = dialectFiles()
  const some = files.filter(
    ({ kind }, at) => at % 12 === 0 || ['dialect', 'encoding', 'shape'].includes(kind),
  )
  expect(new Set(some.map(({ kind }) => kind))).toEqual(new Set(files.map(({ kind }) => kind)))
  const silent: string[] = []
  let points = 0
  for (const file of some) {
    const score = await scored(file)
    points += score.points
    for (const words of score.silent) silent.push(`${file.kind}, ${file.name}: ${words}`)
  }
  expect(silent).toEqual([])
  expect(points / some.length).toBeGreaterThan(9)
})

test('a row that is merged, or gone, without a word is seen', async () => {
  const [whole] = dialectFiles()
  if (!whole?.meant) throw new Error('the first file is a whole one')
  const { headings, records } = whole.meant
  const merged = { headings, records: [[...(records[0] as string[]), 'more'], ...records.slice(1)] }
  expect((await scored({ ...whole, meant: merged })).outcome).toBe('silent')
  expect((await scored({ ...whole, meant: { headings, records: [...records, ['0099999']] } })).outcome).toBe(
    'silent',
  )
  expect(await scored(whole)).toEqual({ points: 10, outcome: 'right', silent: [] })
})
