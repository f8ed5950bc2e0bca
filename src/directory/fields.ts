export type FieldValue = string | boolean | null

type Field = {
  /** As pages name it. */
  label: string
  kind: 'text' | 'boolean'
  /** Of a text, in characters as a person counts them (code points). */
  maxLength: number
  /** Every account that a person makes has it, and it can't be emptied. A setting adds `mobile`. */
  required: boolean
}

/**
 * The fields of an account, once: pages, the upload format, the planning and the API take them from here.
 * Empty text is null, never ''. `site` and `organisationalUnit` hold names, `mobile` E.164.
 */
export const ACCOUNT_FIELDS = {
  localId: { label: 'Local ID', kind: 'text', maxLength: 64, required: true },
  title: { label: 'Title', kind: 'text', maxLength: 35, required: false },
  firstName: { label: 'First name', kind: 'text', maxLength: 64, required: true },
  middleName: { label: 'Middle name', kind: 'text', maxLength: 64, required: false },
  lastName: { label: 'Last name', kind: 'text', maxLength: 64, required: true },
  jobTitle: { label: 'Job title', kind: 'text', maxLength: 128, required: false },
  department: { label: 'Department', kind: 'text', maxLength: 128, required: false },
  site: { label: 'Site', kind: 'text', maxLength: 200, required: false },
  organisationalUnit: { label: 'Organisational unit', kind: 'text', maxLength: 200, required: false },
  mobile: { label: 'Mobile', kind: 'text', maxLength: 16, required: false },
  hideMobile: { label: 'Hide mobile', kind: 'boolean', maxLength: 0, required: false },
  telephone: { label: 'Telephone', kind: 'text', maxLength: 32, required: false },
  secondaryEmail: { label: 'Secondary email', kind: 'text', maxLength: 254, required: false },
  description: { label: 'Description', kind: 'text', maxLength: 1000, required: false },
  hideFromDirectory: { label: 'Hide from directory', kind: 'boolean', maxLength: 0, required: false },
} as const satisfies Record<string, Field>

export type FieldName = keyof typeof ACCOUNT_FIELDS

export const FIELD_NAMES = Object.keys(ACCOUNT_FIELDS) as FieldName[]

/** A field's value in an account: text fields are null when empty, booleans never are. */
export type AccountValues = {
  [Name in FieldName]: (typeof ACCOUNT_FIELDS)[Name]['kind'] extends 'boolean' ? boolean : string | null
}
