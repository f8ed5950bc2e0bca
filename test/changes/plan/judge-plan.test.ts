import { describe, expect, test } from 'vitest'
import { judgePlan, limitSentence, type Measures } from '../../../src/changes/plan/judge-plan.ts'
import {
  DEFAULT_SETTINGS,
  LIMIT_NAMES,
  type LimitName,
  type Limits,
} from '../../../src/directory/settings.ts'

const NOTHING = Object.fromEntries(LIMIT_NAMES.map((name) => [name, 0])) as Record<LimitName, number>
const NEVER = Object.fromEntries(LIMIT_NAMES.map((name) => [name, null])) as Limits

function judged(measures: Partial<Measures>, limits: Limits = DEFAULT_SETTINGS.limits) {
  return judgePlan({ ...NOTHING, accounts: 0, ...measures }, limits)
}

const LIMITED = LIMIT_NAMES.filter((name) => DEFAULT_SETTINGS.limits[name] !== null)

describe.each(LIMITED)('the limit of %s', (name) => {
  const { count, share } = DEFAULT_SETTINGS.limits[name] as { count: number; share: number }

  test('in a small organisation is the number', () => {
    for (const fewer of [0, 1, count - 1, count]) expect(judged({ [name]: fewer, accounts: 10 })).toEqual([])
    expect(judged({ [name]: count + 1, accounts: 10 })).toEqual([{ limit: name, is: count + 1, most: count }])
  })

  test('in a large one is the share, and a share of none is no share', () => {
    const accounts = 100_000
    const most = Math.max(count, (accounts * share) / 100)
    expect(judged({ [name]: most - 1, accounts })).toEqual([])
    expect(judged({ [name]: most, accounts })).toEqual([])
    expect(judged({ [name]: most + 1, accounts })).toEqual([{ limit: name, is: most + 1, most }])
  })

  test('is told with the number and the limit', () => {
    expect(limitSentence({ limit: name, is: 1_312, most: count })).toMatch(
      new RegExp(`^1,312 .+ \\(the limit is ${count}\\)\\.$`),
    )
    expect(limitSentence({ limit: name, is: 1, most: 0 })).toMatch(
      /^1 (?:account|row) .+ \(the limit is 0\)\.$/,
    )
  })
})

test('what is not limited is never held, however much it is', () => {
  const all = Object.fromEntries(LIMIT_NAMES.map((name) => [name, 2_000_000]))
  expect(judged(all, NEVER)).toEqual([])
  expect(judged({ touched: 2_000_000, accounts: 2_000_000 })).toEqual([])
})

test.each([
  [{ count: 0, share: 0 }, 1, 0],
  [{ count: 10, share: 33 }, 34, 33], // of 101 accounts; a part of an account is none
  [{ count: 10, share: 100 }, 102, 101],
])('%j lets through %i less one', (limit, is, most) => {
  const limits = { ...NEVER, emptied: limit }
  expect(judged({ emptied: is - 1, accounts: 101 }, limits)).toEqual([])
  expect(judged({ emptied: is, accounts: 101 }, limits)).toEqual([{ limit: 'emptied', is, most }])
})

test('every limit that is gone beyond is told, in their order', () => {
  const beyond = judged({ emptied: 100, mobiles: 100, ended: 51, repairs: 100 })
  expect(beyond.map(({ limit }) => limit)).toEqual(['mobiles', 'emptied', 'ended'])
})
