import { random } from '../../src/demo/random.ts'
import type { Sending } from './corpora.ts'
import { DAMAGES } from './damages.ts'
import { REWRITINGS } from './rewritings.ts'
import { someSheet, someStyle } from './sheets.ts'

// Those whose files are large come seldom, or they would take all the time.
const SELDOM = new Set([
  'a cell of more than a megabyte',
  'ten thousand columns',
  'a row of ten thousand cells',
])

const KINDS = Object.entries({ ...REWRITINGS, ...DAMAGES }).map(([name, make]) => ({
  name,
  make,
  weight: SELDOM.has(name) ? 1 : 20,
}))

/** An example's rows, written in some way or damaged in some way: the same seed makes the same file. */
export function mutant(seed: number): Sending & { kind: string } {
  const chance = random(seed)
  const sheet = someSheet(chance)
  const style = someStyle(chance, sheet)
  const { name: kind, make } = chance.weighted(KINDS)
  const sending = make(sheet, style, chance)
  return { ...sending, kind, name: `${kind}: ${sending.name}` }
}
