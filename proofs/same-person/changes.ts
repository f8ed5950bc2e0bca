import type { Random } from '../../src/demo/random.ts'
import type { Values } from './make-pairs.ts'

/** What a row says of somebody, and what else of them is in the directory. `by`: what the two have in common, if it matters. */
export type Changed = { row: Values; there?: Values; by?: 'mobile' | 'address' | 'local ID' }

// Written down here and not taken from the program, which is to know them by itself.
const SHORT_FORMS =
  `Elizabeth:Liz,Beth,Betty William:Bill,Will,Billy Robert:Bob,Rob Richard:Dick,Rick Margaret:Maggie,Peggy
  Katherine:Kate,Kathy Christopher:Chris Michael:Mike,Mick James:Jim,Jamie Thomas:Tom Susan:Sue Patricia:Pat,Trish
  Jennifer:Jenny,Jen Anthony:Tony Edward:Ted,Ed Alexandra:Alex,Sandra Victoria:Vicky,Tori Rebecca:Becky Samantha:Sam
  Daniel:Dan,Danny Nicholas:Nick Andrew:Andy Joseph:Joe Deborah:Debbie Stephen:Steve,Steven Mohammed:Muhammad,Mohamed
  Catherine:Katherine,Cathy Jacqueline:Jackie Philip:Phil,Phillip Geoffrey:Geoff,Jeff Sarah:Sara,Sally Anne:Ann,Annie`
    .split(/\s+/)
    .map((entry) => entry.split(/[:,]/) as [string, ...string[]])

const MARRIED = ['Ashworth', 'Okonkwo', 'Brannigan', 'Whitcombe', 'Da Silva', 'Petrosyan', 'Lindqvist']

/** The ways in which one person is written twice. */
export const CHANGES: readonly [string, (random: Random, there: Values) => Changed][] = [
  ['as it is', (_, there) => ({ row: { ...there } })],
  ['as it is', (_, there) => ({ row: { ...there }, by: 'local ID' })],
  ['capitals', (_, there) => ({ row: mapNames(there, (name) => name.toUpperCase()) })],
  ['without accents and signs', (_, there) => ({ row: mapNames(there, plain) })],
  ['without accents and signs', (_, there) => ({ row: mapNames(there, plain), by: 'local ID' })],
  ['names exchanged', (_, there) => ({ row: { ...there, ...exchanged(there) } })],
  ['a short form', shortForm],
  ['a short form', (random, there) => ({ ...shortForm(random, there), by: 'local ID' })],
  ['the other way from a short form', (random, there) => inverted(shortForm(random, there), there)],
  ['a slip', slip],
  ['a slip', slip],
  ['a slip, and names exchanged', (random, there) => ({ row: exchanged(slip(random, there).row) })],
  ['a marriage', (random, there) => ({ row: { ...there, lastName: random.pick(MARRIED) } })],
  [
    'a double name',
    (random, there) => ({ row: { ...there, lastName: `${there.lastName}-${random.pick(MARRIED)}` } }),
  ],
  ['an initial', (_, there) => ({ row: { ...there, firstName: `${there.firstName?.[0]}.` } })],
]

function shortForm(random: Random, there: Values): Changed {
  const [whole, ...short] = random.pick(SHORT_FORMS)
  return { there: { firstName: whole }, row: { ...there, firstName: random.pick(short) } }
}

function inverted({ row, there }: Changed, known: Values): Changed {
  return {
    there: { firstName: row.firstName as string },
    row: { ...known, firstName: there?.firstName as string },
  }
}

function exchanged({ firstName = '', lastName = '' }: Values): Values {
  return { firstName: lastName, lastName: firstName }
}

function mapNames(there: Values, map: (name: string) => string): Values {
  return { ...there, firstName: map(there.firstName as string), lastName: map(there.lastName as string) }
}

function plain(name: string): string {
  return name
    .normalize('NFD')
    .replace(/[\p{M}’']/gu, '')
    .replace(/-/g, ' ')
}

/** One letter of the longer name exchanged with the next, left out, doubled, or another. */
function slip(random: Random, there: Values): Changed {
  const [first, last] = [there.firstName as string, there.lastName as string]
  const field =
    first.length > last.length || (first.length > 4 && random.percent(40)) ? 'firstName' : 'lastName'
  const name = there[field] as string
  const at = random.between(1, Math.max(1, name.length - 2))
  const [before, one, next, rest] = [
    name.slice(0, at),
    name[at] ?? '',
    name[at + 1] ?? '',
    name.slice(at + 2),
  ]
  const written = random.pick([
    before + next + one + rest,
    before + next + rest,
    before + one + one + next + rest,
    before + random.pick([...'aeinrst']) + next + rest,
  ])
  return { row: { ...there, [field]: written } }
}
