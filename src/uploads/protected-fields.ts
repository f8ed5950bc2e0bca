import type { PlannedChange } from '../changes/change.ts'
import type { Problem } from '../changes/problem.ts'
import type { PersonField } from '../directory/fields.ts'

/**
 * Makes an error of a row that would change a field which the organisation protects from files. New accounts may have
 * it.
 */
export function refuseProtected(
  change: PlannedChange,
  fields: readonly PersonField[],
  headingOf: (field: PersonField) => string,
): PlannedChange {
  if (fields.length === 0) return change
  const touched = (after: PlannedChange['after']) => fields.filter((field) => after && field in after)
  const { alternative, repairs, ...planned } = change
  const second =
    alternative && touched(alternative.after).length === 0
      ? { alternative, ...(repairs ? { repairs } : {}) }
      : {}
  const isNew = change.action === 'create' || change.action === 'possible-duplicate'
  const refused = isNew ? [] : touched(change.after)
  if (refused.length === 0) return { ...planned, ...second }
  const problems: Problem[] = refused.map((field) => ({
    column: headingOf(field),
    code: 'protected-field',
    message: `${headingOf(field)} may not be changed by a file: a setting of the organisation protects it. Leave the cell empty, or change the account on its page.`,
    value: asText(change.after?.[field]),
    severity: 'error',
  }))
  return {
    ...planned,
    ...{ action: 'error', localIdKey: null, formerLocalIdKey: null, before: null, after: null },
    problems: [...change.problems, ...problems],
  }
}

function asText(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}
