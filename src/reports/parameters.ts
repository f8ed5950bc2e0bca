import { KINDS, type Kind } from '../changes/kinds.ts'
import { ACCOUNT_STATUSES, type AccountStatus } from '../directory/account.ts'
import { dayOf, MISSABLE_FIELDS, type MissableField } from '../directory/account-filter.ts'
import { FIELD_NAMES, type FieldName, labelOf } from '../directory/fields.ts'
import { InvalidInput } from '../errors.ts'

/** What a report is asked for, as it is stored with a run: no words that a person typed about another one. */
export type Parameters = {
  site?: string
  unit?: string
  status?: AccountStatus
  missing?: MissableField
  /** The first day and the last one, as 2026-11-30. */
  from?: string
  to?: string
  /** What made the change. */
  through?: Kind
  field?: FieldName
  /** Who of this name or address did it, by their IDs. */
  administrator?: number[]
  /** The account's ID. */
  person?: number
}

export type ParameterName = keyof Parameters

/** A parameter as whoever asks gives it: text, as a form or an address has it. */
export type Given = { readonly [name in ParameterName]?: string | undefined }

type Rules = {
  label: string
  hint?: string
  /** What can be chosen, with its words; left out where anything can be given, or it depends on the organisation. */
  choices?: readonly (readonly [value: string, words: string])[]
}

export const PARAMETERS: Record<ParameterName, Rules> = {
  site: { label: 'Site' },
  unit: { label: 'Organisational unit' },
  status: { label: 'Status', choices: ACCOUNT_STATUSES.map((status) => [status, status]) },
  missing: { label: 'Missing', choices: MISSABLE_FIELDS.map((field) => [field, labelOf(field)]) },
  from: { label: 'First day' },
  to: { label: 'Last day' },
  through: {
    label: 'Through',
    choices: Object.entries(KINDS).map(([kind, { noun }]) => [
      kind,
      `${noun[0]?.toUpperCase()}${noun.slice(1)}`,
    ]),
  },
  field: { label: 'Field', choices: FIELD_NAMES.map((field) => [field, labelOf(field)]) },
  administrator: { label: 'Administrator', hint: 'Name or email address' },
  person: { label: 'Person', hint: 'Local ID, email address or ID' },
}

export const PARAMETER_NAMES = Object.keys(PARAMETERS) as ParameterName[]

/** The value of a parameter that is one of several, or a day. @throws InvalidInput for what is none */
export function readChoice(name: ParameterName, text: string): string {
  if (name === 'from' || name === 'to') return readDay(name, text)
  const { choices, label } = PARAMETERS[name]
  if (choices === undefined || choices.some(([value]) => value === text)) return text
  const all = choices.map(([value]) => value).join(', ')
  throw new InvalidInput(`“${text}” is not one of: ${all}. (${label})`, { field: name })
}

function readDay(name: 'from' | 'to', text: string): string {
  try {
    return dayOf(text)
  } catch (error) {
    if (error instanceof InvalidInput) throw new InvalidInput(error.message, { field: name })
    throw error
  }
}
