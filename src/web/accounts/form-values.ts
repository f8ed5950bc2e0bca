import { isRequired } from '../../changes/plan/wanted.ts'
import { ACCOUNT_FIELDS, type FieldValue, PERSON_FIELDS, type PersonField } from '../../directory/fields.ts'
import type { Site, Unit } from '../../directory/organisation.ts'
import type { GivenValues } from '../../edits/read-values.ts'
import { type Fields, field, rawField } from '../form.ts'
import { valueWords } from './field-words.ts'

/** The fields of a form about a person, under the names of the account's fields. */
export function givenIn(form: Fields | undefined): GivenValues {
  return Object.fromEntries(
    PERSON_FIELDS.map((name) => [
      name,
      ACCOUNT_FIELDS[name].kind === 'boolean' ? field(form, name) === 'yes' : rawField(form, name),
    ]),
  )
}

type Shown = {
  id: PersonField
  label: string
  hint: string | null
  value: string
  checked: boolean
  kind: 'text' | 'choice' | 'lines' | 'yes'
  width: string
  options: { value: string; text: string; selected: boolean }[]
}

/** Which fields stand together. */
const GROUPS: readonly { heading: string; fields: readonly PersonField[] }[] = [
  { heading: 'Name', fields: ['title', 'firstName', 'middleName', 'lastName', 'knownAs'] },
  {
    heading: 'Post',
    fields: ['localId', 'jobTitle', 'department', 'site', 'organisationalUnit', 'startsOn'],
  },
  { heading: 'Contact', fields: ['mobile', 'hideMobile', 'telephone', 'secondaryEmail'] },
  { heading: 'In the directory', fields: ['description', 'hideFromDirectory'] },
]

const HINTS: Partial<Record<PersonField, string>> = {
  startsOn: 'Such as 1 December 2026. A new account whose day is ahead is pending until then',
}

/**
 * The form as a page shows it.
 * @param values what stands in it: an account's fields, or what somebody typed
 */
export function formGroups(
  values: Readonly<Record<string, FieldValue | undefined>>,
  places: { sites: readonly Site[]; units: readonly Unit[] },
  rules: { mobileRequired: boolean },
): { heading: string; fields: Shown[] }[] {
  return GROUPS.map(({ heading, fields }) => ({
    heading,
    fields: fields.map((id) => shown(id, values[id] ?? null, places, rules)),
  }))
}

function shown(
  id: PersonField,
  value: FieldValue,
  { sites, units }: { sites: readonly Site[]; units: readonly Unit[] },
  rules: { mobileRequired: boolean },
): Shown {
  const { label, kind, maxLength } = ACCOUNT_FIELDS[id]
  const text = typeof value === 'boolean' ? '' : valueWords(value, id)
  const places = { site: sites, organisationalUnit: units }[id as string]
  const ways = { true: 'yes', false: 'text' } as const
  const shownAs = places ? 'choice' : id === 'description' ? 'lines' : ways[`${kind === 'boolean'}`]
  return {
    id,
    label: isRequired(id, rules) || kind === 'boolean' ? label : `${label} (optional)`,
    hint: HINTS[id] ?? null,
    value: text,
    checked: value === true,
    kind: shownAs,
    width: maxLength <= 40 ? 'nhsuk-input--width-20' : '',
    options: places ? options(places, text) : [],
  }
}

// An account's own place stays in the list, also where the organisation has no such place any more.
function options(places: readonly { name: string }[], chosen: string): Shown['options'] {
  const names = places.map(({ name }) => name)
  const all = chosen === '' || names.includes(chosen) ? names : [chosen, ...names]
  return [
    { value: '', text: 'None', selected: chosen === '' },
    ...all.map((name) => ({ value: name, text: name, selected: name === chosen })),
  ]
}
