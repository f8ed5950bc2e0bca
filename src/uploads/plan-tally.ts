import { CHANGE_ACTIONS, type ChangeAction, type PlannedChange } from '../changes/change.ts'
import type { PlanCounts } from '../changes/plan/store-plan.ts'
import type { Wanted } from '../changes/plan/wanted.ts'
import type { Problem } from '../changes/problem.ts'

/** Counts what a plan would do while its rows are planned, as `countPlan` counts the rows that are stored. */
export type PlanTally = {
  add(change: PlannedChange, row: Wanted): void
  counts(): PlanCounts
  fields(): string[]
  /** How many updates only an account ID leads to, with nothing else in the row that agrees with the account. */
  byIdAlone(): number
  /** How many cells were left, since nobody has touched them and others have changed what they say. */
  cellsLeft(): number
  /** The rows that don't say which version of their account they saw; null where none could. */
  unversioned(): readonly number[] | null
}

/** @param saysVersions whether the file has a column of versions */
export function planTally(saysVersions: boolean): PlanTally {
  const actions = Object.fromEntries(CHANGE_ACTIONS.map((action) => [action, 0])) as Record<
    ChangeAction,
    number
  >
  let byIdAlone = 0
  const written = new Set<string>()
  const fields: Record<string, number> = {}
  const clears: Record<string, number> = {}
  const replaced: Record<string, number> = {}
  const problems: Record<string, number> = {}
  const warnings: Record<string, number> = {}
  const repairs: Record<string, number> = {}
  let warned = 0
  let cellsLeft = 0
  const unversioned: number[] = []

  return {
    add: (change, row) => {
      actions[change.action]++
      for (const field in change.after) written.add(field)
      for (const field in change.alternative?.after) written.add(field)
      if (change.action === 'update') addFields(change)
      if (isByIdAlone(change, row)) byIdAlone++
      if (saysVersions && row.version === undefined) unversioned.push(row.row)
      if (change.problems.length > 0) addProblems(change)
      for (const kind of change.repairs ?? []) count(repairs, kind)
    },
    counts: () => ({
      rows: Object.values(actions).reduce((sum, count) => sum + count, 0),
      update: actions.update,
      create: actions.create,
      withdraw: actions.withdraw,
      remove: actions.remove,
      unchanged: actions.unchanged,
      kept: actions.kept,
      possibleDuplicate: actions['possible-duplicate'],
      differentPerson: actions['different-person'],
      conflict: actions.conflict,
      error: actions.error,
      notAccepted: actions['not-accepted'],
      warned,
      ...{ fields, clears, replaced, problems, warnings, repairs },
    }),
    fields: () => [...written],
    byIdAlone: () => byIdAlone,
    cellsLeft: () => cellsLeft,
    unversioned: () => (saysVersions ? unversioned : null),
  }

  function addFields({ before, after }: PlannedChange): void {
    for (const field in after) {
      count(fields, field)
      if (after[field] === null) count(clears, field)
      else if ((before?.[field] ?? null) !== null) count(replaced, field)
    }
  }

  function addProblems({ action, problems: told }: PlannedChange): void {
    const codes = (severity: Problem['severity']) =>
      new Set((told as readonly Problem[]).flatMap((one) => (one.severity === severity ? [one.code] : [])))
    if (action === 'error') for (const code of codes('error')) count(problems, code)
    const warningCodes = codes('warning')
    if (warningCodes.size > 0) warned++
    for (const code of warningCodes) count(warnings, code)
    for (const { code } of told as readonly Problem[]) if (code === 'left-as-changed') cellsLeft++
  }
}

function isByIdAlone({ action, after }: PlannedChange, { id, localId, values }: Wanted): boolean {
  return (
    action === 'update' &&
    id !== null &&
    localId === null &&
    Object.keys(values).length === Object.keys(after ?? {}).length
  )
}

function count(counts: Record<string, number>, name: string): void {
  counts[name] = (counts[name] ?? 0) + 1
}
