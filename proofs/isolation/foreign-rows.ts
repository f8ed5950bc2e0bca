import type { Mode } from '../../src/changes/plan/wanted.ts'
import { serial, twinOf, untwinned } from './marks.ts'
import { HEADINGS, type Person } from './people.ts'
import type { Kind, Organisation } from './things.ts'

/** Two files that differ in this only: one names what is somebody else's, the other what is nobody's. */
export type Pair = { foreign: Person[]; nobodys: Person[] }

// Whatever may be written into a cell.
const IN_CELLS: readonly Kind[] = [
  'account',
  'organisation',
  'code',
  'word',
  'place',
  'administrator',
  'filename',
]

/** People of one's own whom nobody else has: as many of each file as it has rows. */
export function ownPeople(from: number, count: number): Pair {
  return pairOf(count, (set, nth) => own(set, from + nth))
}

/**
 * Every identifier of other organisations in every column, a row each, and people as a file of theirs has them.
 * @param from of the people whom the rows are about: those that are there already for updates, new ones otherwise
 */
export function foreignRows(others: readonly Organisation[], mode: Mode, from: number): Pair {
  const things = others.flatMap((one) => IN_CELLS.flatMap((kind) => one.things[kind]))
  const cells = HEADINGS.flatMap((heading) => things.map(({ value }) => ({ heading, value })))
  const rows = pairOf(cells.length, (set, nth) => {
    const { heading, value } = cells[nth] as { heading: string; value: string }
    const { LocalID = '', ...rest } = own(set, from + nth)
    const about = mode === 'update' ? { LocalID, JobTitle: 'Porter' } : { LocalID, ...rest }
    return { ...about, [heading]: set === 'f' ? value : twinOf(value) }
  })
  const whole = others.map(({ person }) => person)
  return { foreign: [...rows.foreign, ...whole], nobodys: [...rows.nobodys, ...whole.map(twinOfPerson)] }
}

/** An answer about either file, as it is about both. */
export function aboutEither(words: string): string {
  return untwinned(words)
    .replace(/(yq)[ft]/gi, '$1-')
    .replace(/7700 ?[12](\d\d)( ?)(\d{3})/g, '7700-$1$2$3')
    .replace(/(zq\w{6}\.zq\w{6})\d*@/g, '$1@') // that an address is taken may be told
}

function pairOf(count: number, row: (set: 'f' | 't', nth: number) => Person): Pair {
  const all = (set: 'f' | 't') => Array.from({ length: count }, (_, nth) => row(set, nth))
  return { foreign: all('f'), nobodys: all('t') }
}

function own(set: 'f' | 't', n: number): Person {
  const name = serial(n)
  return {
    LocalID: `Yq${set}${name}`,
    FirstName: `Yq${set}${name}`,
    LastName: `Yq${set}${name}`,
    Mobile: `07700${set === 'f' ? 1 : 2}${String(n).padStart(5, '0')}`,
  }
}

function twinOfPerson(person: Person): Person {
  return Object.fromEntries(Object.entries(person).map(([heading, value]) => [heading, twinOf(value)]))
}
