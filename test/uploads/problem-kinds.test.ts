import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Problem } from '../../src/changes/problem.ts'
import { quoted } from '../../src/directory/fault.ts'
import { type ProblemKind, problemKinds, unpack } from '../../src/uploads/problem-kinds.ts'

function reader() {
  const kinds = problemKinds()
  const known = new Map<number, ProblemKind>()
  const pack = (problem: Problem, names: string[] = []) => {
    const [stored] = kinds.pack([problem], names)
    for (const { number, kind } of kinds.takeNew()) known.set(number, JSON.parse(JSON.stringify(kind)))
    return JSON.parse(JSON.stringify(stored))
  }
  return { pack, known }
}

const unknown = (localId: string, name: string): Problem => ({
  column: 'LocalID',
  code: 'unknown-local-id-probably-known',
  message: `No account has the local ID ${quoted(localId)}. It was probably meant for ${name}, who has the local ID “0${localId}”.`,
  value: localId,
  severity: 'error',
})

test('a sentence is kept once, however many rows it is said of', () => {
  const { pack, known } = reader()
  expect(pack(unknown('1', 'SMITH, Jo (RX1)'), ['SMITH, Jo (RX1)'])).toEqual([
    0,
    '1',
    'SMITH, Jo (RX1)',
    '“01”',
  ])
  expect(pack(unknown('72', 'KHAN, Al (RX1)'), ['KHAN, Al (RX1)'])).toEqual([
    0,
    '72',
    'KHAN, Al (RX1)',
    '“072”',
  ])
  expect(known.size).toBe(1)
})

test('whatever a message says, it is read as it was', () => {
  const words = fc.stringMatching(/^[“”a-c 0-9,.]{0,12}$/)
  const problem = fc
    .record({ before: words, after: words, cell: words, name: words, column: fc.option(words) })
    .map(({ before, after, cell, name, column }) => ({
      names: name === '' ? [] : [name],
      problem: {
        ...{ column, code: 'a-code', value: cell, severity: 'warning' as const },
        message: `${before}${quoted(cell)}${name}${after}`,
      },
    }))
  const { pack, known } = reader()
  fc.assert(
    fc.property(problem, ({ names, problem: one }) => {
      expect(unpack(pack(one, names), known)).toEqual(one)
    }),
  )
})

test('of a file that makes kinds without end only so many are kept, and no problem is lost', () => {
  const { pack, known } = reader()
  const problems = Array.from({ length: 2_000 }, (_, at) => ({
    ...unknown('1', 'nobody'),
    column: `column ${at}`,
  }))
  expect(problems.map((problem) => unpack(pack(problem), known))).toEqual(problems)
  expect(known.size).toBe(1_000)
})
