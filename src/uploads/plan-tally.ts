import type { PlannedChange } from '../changes/change.ts'
import type { ChangeAction } from '../changes/change-set.ts'
import type { PlanCounts } from '../changes/store-plan.ts'
import type { Problem } from './problem.ts'

/** Counts what a plan would do while its rows are planned, as `countPlan` counts the rows that are stored. */
export function planTally(): { add(changes: readonly PlannedChange[]): void; counts(): PlanCounts } {
  const actions: Record<ChangeAction, number> = {
    update: 0,
    create: 0,
    unchanged: 0,
    'possible-duplicate': 0,
    error: 0,
  }
  const fields: Record<string, number> = {}
  const clears: Record<string, number> = {}
  const replaced: Record<string, number> = {}
  const problems: Record<string, number> = {}

  return {
    add: (changes) => {
      for (const change of changes) {
        actions[change.action]++
        if (change.action === 'update') addFields(change)
        if (change.action === 'error') addProblems(change)
      }
    },
    counts: () => ({
      rows: Object.values(actions).reduce((sum, count) => sum + count, 0),
      update: actions.update,
      create: actions.create,
      unchanged: actions.unchanged,
      possibleDuplicate: actions['possible-duplicate'],
      error: actions.error,
      ...{ fields, clears, replaced, problems },
    }),
  }

  function addFields({ before, after }: PlannedChange): void {
    for (const field in after) {
      count(fields, field)
      if (after[field] === null) count(clears, field)
      else if ((before?.[field] ?? null) !== null) count(replaced, field)
    }
  }

  function addProblems(change: PlannedChange): void {
    const errors = (change.problems as readonly Problem[]).filter(({ severity }) => severity === 'error')
    for (const code of new Set(errors.map((problem) => problem.code))) count(problems, code)
  }
}

function count(counts: Record<string, number>, name: string): void {
  counts[name] = (counts[name] ?? 0) + 1
}
