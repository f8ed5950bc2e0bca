import type { FieldValues } from '../changes/change.ts'
import { isRequired } from '../changes/plan/wanted.ts'
import { foldKey } from '../directory/address-name.ts'
import type { Fault } from '../directory/fault.ts'
import { ACCOUNT_FIELDS, type FieldName, type FieldValue, isFieldName } from '../directory/fields.ts'
import { readText } from '../directory/read-text.ts'
import { tidyText } from '../directory/tidy-text.ts'
import { ownAddress, type RuleContext, VALUE_RULES, type ValueRule } from '../directory/value-rules.ts'
import type { FieldProblem } from './refused.ts'

/** What somebody gave for some fields: text as it was typed, yes or no, or several addresses; null and '' empty one. */
export type GivenValues = Readonly<Record<string, string | boolean | readonly string[] | null>>

export type ReadValues = {
  values: Partial<Record<FieldName, FieldValue>>
  problems: FieldProblem[]
  /** What may be meant otherwise, and was taken as it stands. */
  warnings: FieldProblem[]
}

type Reading = { rules: RuleContext; mobileRequired: boolean; now: FieldValues }

/**
 * Reads what was given for an account's fields by the rules of their values: all that is wrong with it, not the first
 * alone. What stays as it is passes, though a new value couldn't be like it: no mobile, an address of the domain that was.
 * @param now what the account says as the editor saw it; nothing of a new one
 */
export function readValues(
  given: GivenValues,
  rules: RuleContext,
  { mobileRequired }: { mobileRequired: boolean },
  now: FieldValues = {},
): ReadValues {
  const read: ReadValues = { values: {}, problems: [], warnings: [] }
  for (const [field, value] of Object.entries(given)) {
    const outcome = isFieldName(field)
      ? readValue(field, value, { rules, mobileRequired, now })
      : wrong(
          'unknown-field',
          `An account has no field ${field}. See the list of fields in the documentation.`,
        )
    if (!isFault(outcome)) read.values[field as FieldName] = outcome
    else if (outcome.severity === 'error') read.problems.push({ field, ...told(outcome) })
    else {
      read.values[field as FieldName] = outcome.reading
      read.warnings.push({ field, ...told(outcome) })
    }
  }
  return read
}

function readValue(
  field: FieldName,
  given: GivenValues[string],
  { rules, mobileRequired, now }: Reading,
): FieldValue | Fault<FieldValue> {
  const { label, kind, ways } = ACCOUNT_FIELDS[field]
  if (!(ways as readonly string[]).includes('edit'))
    return wrong('not-editable', `${label} can’t be edited like this: it is changed by an action of its own.`)
  const was = now[field] ?? null
  if (kind === 'boolean') {
    if (typeof given === 'boolean') return given
    return wrong('not-yes-or-no', `${label} is yes or no: true or false.`)
  }
  if (kind === 'addresses') return readAddresses(label, given, addressRule(now), rules)
  if (given !== null && typeof given !== 'string') return wrong('not-a-text', `${label} is a text.`)
  const text = tidyText(given ?? '')
  if (text === (was ?? '')) return was
  if (text === '') return emptied(field, mobileRequired)
  if (field === 'emailAddress') return readText(text, addressRule(now), rules)
  return readText(text, VALUE_RULES[field as keyof typeof VALUE_RULES], rules)
}

/** Of an account's own addresses, as they are; any other has to be one of the directory. */
function addressRule({ emailAddress, aliases }: FieldValues): ValueRule {
  const all = [emailAddress, aliases].flat().filter((address) => typeof address === 'string')
  const own = new Map(all.map((address) => [foldKey(address), address]))
  return (text, rules) => own.get(foldKey(text)) ?? ownAddress(text, rules)
}

function emptied(field: FieldName, mobileRequired: boolean): null | Fault<FieldValue> {
  const isNeeded = field === 'emailAddress' || isRequired(field as never, { mobileRequired })
  if (!isNeeded) return null
  return wrong('cannot-clear', `${ACCOUNT_FIELDS[field].label} can’t be empty. Fill it in.`)
}

function readAddresses(
  label: string,
  given: GivenValues[string],
  rule: ValueRule,
  rules: RuleContext,
): readonly string[] | Fault<FieldValue> | null {
  if (given === null) return null
  if (!Array.isArray(given)) return wrong('not-a-list', `${label} is a list of addresses.`)
  const read = given.map((address) => readText(tidyText(String(address)), rule, rules))
  return read.find((one) => isFault(one)) ?? (read as string[])
}

function isFault(outcome: FieldValue | Fault<FieldValue>): outcome is Fault<FieldValue> {
  return typeof outcome === 'object' && outcome !== null && 'severity' in outcome
}

function wrong(code: string, message: string): Fault<never> {
  return { severity: 'error', code, message }
}

function told({ code, message }: Fault<unknown>): { code: string; message: string } {
  return { code, message }
}
