import { NAMES } from '../../src/demo/names.ts'
import type { Random } from '../../src/demo/random.ts'
import { CHANGES, type Changed } from './changes.ts'

export type Values = Record<string, string>

/** Somebody in the directory, and a row about them or about somebody else who has something in common with them. */
export type LabelledPair = { kind: string; isSame: boolean; there: Values; row: Values }

/** As many pairs as are wanted, every other one of the same person; the same ones for the same seed. */
export function makePairs(random: Random, count: number): LabelledPair[] {
  const wards = Array.from({ length: 40 }, () => mobile(random))
  return Array.from({ length: count }, (_, n) => {
    const there = person(random, n)
    return n % 2 === 0 ? ofOne(random, there, n) : ofTwo(random, there, n, wards)
  })
}

const JOBS = ['Staff Nurse', 'Healthcare Assistant', 'Porter', 'Radiographer', 'Ward Clerk', 'Consultant']
const DEPARTMENTS = ['Cardiology', 'Acute Medicine', 'Theatres', 'Imaging', 'Pharmacy', 'Estates']

function person(random: Random, n: number): Values {
  const names = random.weighted(NAMES)
  return {
    firstName: random.pick(random.percent(68) ? names.women : names.men),
    lastName: random.pick(names.last),
    localId: String(10_000_000 + n * 137).padStart(9, '0'),
    mobile: mobile(random),
    secondaryEmail: `person${n}@example.org`,
    jobTitle: random.pick(JOBS),
    department: random.pick(DEPARTMENTS),
  }
}

function mobile(random: Random): string {
  return `+447${String(random.between(0, 999_999_999)).padStart(9, '0')}`
}

/** The name is written in another way, and one thing besides it is the same. */
function ofOne(random: Random, there: Values, n: number): LabelledPair {
  const [kind, change] = random.pick(CHANGES)
  const changed: Changed = change(random, there)
  const known = { ...there, ...changed.there }
  const { firstName = '', lastName = '' } = changed.row
  const row: Values = { firstName, lastName, localId: String(900_000_000 + n) }
  const by = changed.by ?? random.pick(['mobile', 'mobile', 'mobile', 'mobile', 'address', 'both'])
  if (by === 'mobile' || by === 'both') row.mobile = known.mobile as string
  if (by === 'address' || by === 'both') row.secondaryEmail = (known.secondaryEmail as string).toUpperCase()
  if (by === 'address') row.mobile = mobile(random)
  if (by === 'local ID') row.localId = withSlip(random, known.localId as string)
  return { kind: `${kind}, by ${by}`, isSame: true, there: known, row }
}

/** A digit replaced, or two exchanged. */
function withSlip(random: Random, localId: string): string {
  const at = random.between(2, localId.length - 2)
  const [one, other] = [localId[at] as string, localId[at + 1] as string]
  if (one !== other && random.percent(50)) return localId.slice(0, at) + other + one + localId.slice(at + 2)
  return localId.slice(0, at) + String((Number(one) + random.between(1, 9)) % 10) + localId.slice(at + 1)
}

/** Somebody else, who has the more in common with them the harder it is. */
function ofTwo(random: Random, there: Values, n: number, wards: readonly string[]): LabelledPair {
  const other: Values = { ...person(random, n), localId: String(900_000_000 + n) }
  const own = { mobile: mobile(random), secondaryEmail: `row${n}@example.org` }
  const at = random.pick(wards)
  const { firstName = '', lastName = '', localId = '' } = there
  const kinds: [string, Values, Values][] = [
    ['a stranger', there, { ...other, ...own }],
    ['family at one mobile', there, { ...other, ...own, lastName, mobile: there.mobile as string }],
    [
      'twins at one mobile and address',
      there,
      twin(random, { ...other, ...there, localId: other.localId as string }),
    ],
    ['a couple with two names', there, { ...other, ...own, mobile: there.mobile as string }],
    ['colleagues at one mobile', { ...there, mobile: at }, { ...other, ...own, mobile: at }],
    ['namesakes', there, { ...other, ...own, firstName, lastName, jobTitle: 'Chaplain' }],
    [
      'the same last name and post',
      there,
      { ...there, ...own, firstName: other.firstName as string, localId: other.localId as string },
    ],
    ['the same first name', there, { ...other, ...own, firstName }],
    ['nearly the same local ID', there, { ...other, ...own, localId: withSlip(random, localId) }],
  ]
  const [kind, known, row] = random.pick(kinds)
  const isByChance =
    row.firstName === known.firstName && row.lastName === known.lastName && kind !== 'namesakes'
  return isByChance
    ? {
        kind: 'a stranger',
        isSame: false,
        there,
        row: { ...person(random, n), ...own, firstName: 'Quill', lastName: 'Zephyrine' },
      }
    : { kind, isSame: false, there: known, row }
}

function twin(random: Random, row: Values): Values {
  const names = NAMES.find(({ women, men }) => [...women, ...men].includes(row.firstName as string))
  const others = [...(names?.women ?? []), ...(names?.men ?? [])].filter(
    (name) => name[0] !== row.firstName?.[0],
  )
  return { ...row, firstName: random.pick(others) }
}
