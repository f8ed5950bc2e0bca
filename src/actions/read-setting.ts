import {
  ACCOUNT_FIELDS,
  type FieldValue,
  isSettable,
  labelOf,
  type PersonField,
  SETTABLE_FIELDS,
} from '../directory/fields.ts'
import type { RuleContext } from '../directory/value-rules.ts'
import { readValues } from '../edits/read-values.ts'
import { InvalidInput } from '../errors.ts'
import { yesOrNo } from '../uploads/cell-rules.ts'

/**
 * The field that many accounts are to have set, and its value, by the rules of every value.
 * @throws InvalidInput for a field that one value for many makes no sense of, and for a value that can't be
 */
export function readSetting(
  { field = '', value = null }: { field?: string | undefined; value?: FieldValue | undefined },
  rules: RuleContext,
  config: { mobileRequired: boolean },
): { field: string; value: FieldValue } {
  if (!isSettable(field)) {
    throw new InvalidInput(
      `Choose the field to change. For many people at once it can be: ${SETTABLE_FIELDS.map(labelOf).join(', ')}.`,
      { field: 'field', code: 'cannot-set' },
    )
  }
  const { values, problems } = readValues({ [field]: typed(field, value) }, rules, config)
  const [problem] = problems
  if (problem) throw new InvalidInput(problem.message, { field: 'value', code: problem.code })
  return { field, value: values[field] ?? null }
}

/** Yes or no in the words of a file. */
function typed(field: PersonField, value: FieldValue): FieldValue {
  if (ACCOUNT_FIELDS[field].kind !== 'boolean' || typeof value !== 'string') return value
  const read = yesOrNo(value.trim())
  return typeof read === 'boolean' ? read : value
}
