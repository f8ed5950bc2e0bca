import type { Transaction } from '../../database/open.ts'
import { displayName } from '../../directory/address-name.ts'
import type { FieldValues } from '../change.ts'
import type { Problem } from '../problem.ts'
import { compareResemblances, type Resemblance, resemblance } from './likely-same-person.ts'
import { inWhat, type Planning } from './plan-problems.ts'
import { countTwinRows, selectTwinRows, type TwinRow } from './store-twins.ts'

/** A row that would make an account for somebody whom another row of the same plan is about too, as it seems. */
export type Twin = { row: number; other: number; problem: Problem; name: string }

/** Rows that are in memory at a time; where there are more, the groups are gone through in parts. */
const ROWS_AT_A_TIME = 20_000

/** Finds them once all rows are planned, a part at a time; both rows of a pair come, each with the other. */
export async function* twinsOf(tx: Transaction, id: number, planning: Planning): AsyncGenerator<Twin[]> {
  const parts = Math.ceil((await countTwinRows(tx, id)) / ROWS_AT_A_TIME)
  const told = new Set<number>()
  for (let part = 0; part < parts; part++) {
    const groups = Map.groupBy(await selectTwinRows(tx, id, { part, parts }), ({ key }) => key)
    const best = new Map<number, Pair>()
    for (const group of groups.values()) compareAll(group, best)
    const fresh = [...best].filter(([row]) => !told.has(row))
    for (const [row] of fresh) told.add(row)
    yield fresh.map(([row, pair]) => twin(row, pair, planning))
  }
}

type Pair = { row: TwinRow; other: TwinRow; found: Resemblance }

function compareAll(group: readonly TwinRow[], best: Map<number, Pair>): void {
  const size = group[0]?.groupSize ?? 0
  const crowd = { mobile: size, secondaryEmail: size }
  for (const [at, row] of group.entries())
    for (const other of group.slice(at + 1)) {
      if (!row.isNew && !other.isNew) continue
      const found = resemblance(row.values, other.values, crowd)
      if (found === null) continue
      keepBetter(best, { row, other, found })
      keepBetter(best, { row: other, other: row, found })
    }
}

function keepBetter(best: Map<number, Pair>, pair: Pair): void {
  const kept = best.get(pair.row.row)
  if (kept === undefined || compareResemblances(pair.found, kept.found) < 0) best.set(pair.row.row, pair)
}

function twin(row: number, { other, found }: Pair, planning: Planning): Twin {
  const name = nameOf(other.values, planning)
  const message = `Row ${other.row} is about ${name}, who has ${inWhat(found)}. ${planning.advice.twice}`
  const column = planning.headingOf('localId')
  const problem = {
    column,
    code: 'possible-duplicate-row',
    message,
    value: null,
    severity: 'warning' as const,
  }
  return { row, other: other.row, problem, name }
}

function nameOf({ firstName, lastName }: FieldValues, { organisationCode }: Planning): string {
  return displayName(
    { firstName: firstName as string | null, lastName: lastName as string | null },
    organisationCode,
  )
}
