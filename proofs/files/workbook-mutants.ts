import { random } from '../../src/demo/random.ts'
import type { Sending } from './corpora.ts'
import { someSheet } from './sheets.ts'
import { WORKBOOK_DAMAGES } from './workbook-damages.ts'
import { WORKBOOK_REWRITINGS } from './workbook-rewritings.ts'

// What unpacks to much comes seldom, or it would take all the time.
const SELDOM = new Set(['a workbook of blanks without end'])

const KINDS = Object.entries({ ...WORKBOOK_REWRITINGS, ...WORKBOOK_DAMAGES }).map(([name, make]) => ({
  name,
  make,
  weight: SELDOM.has(name) ? 1 : 20,
}))

/** Every fifth mutant is a workbook. */
export function isWorkbook(seed: number): boolean {
  return seed % 5 === 3
}

/** An example's rows as a workbook, written in some way or damaged in some way: the same seed makes the same file. */
export async function workbookMutant(seed: number): Promise<Sending & { kind: string }> {
  const chance = random(seed)
  const sheet = someSheet(chance)
  const { name: kind, make } = chance.weighted(KINDS)
  const sending = await make(sheet, chance)
  return { ...sending, kind, name: `${kind}: ${sending.name}` }
}
