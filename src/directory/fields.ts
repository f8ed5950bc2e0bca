/** A field's value: text, yes or no, or several addresses in the order of their letters. Empty text is null, never ''. */
export type FieldValue = string | boolean | readonly string[] | null

/**
 * The ways in which a field may be changed; who may go which way is said in `src/changes/kinds.ts`. By an action many accounts
 * get one value: what tells a person from others, or says how to reach them alone, isn't among it.
 */
export type Way = 'upload' | 'edit' | 'action' | 'transfer'

type Field = {
  /** As pages name it. */
  label: string
  kind: 'text' | 'boolean' | 'addresses'
  /** Of the table `account`; null for what the table `address` holds. */
  column: string | null
  /** What a write of it takes with it, besides the column: see `src/changes/apply/write-accounts.ts`. */
  writer: 'column' | 'local-id' | 'status' | 'organisation' | 'addresses'
  /** Of a text, in characters as a person counts them (code points). */
  maxLength: number
  /** Every account that a person makes has it, and it can't be emptied. A setting adds `mobile`. */
  required: boolean
  ways: readonly Way[]
}

const FOR_MANY: Pick<Field, 'ways'> = { ways: ['upload', 'edit', 'action'] }

/** What a person's entry says: the fields that a row of a file may hold. */
const PERSON = {
  localId: text('Local ID', 'local_id', 64, { writer: 'local-id', required: true }),
  title: text('Title', 'title', 35, FOR_MANY),
  firstName: text('First name', 'first_name', 64, { required: true }),
  middleName: text('Middle name', 'middle_name', 64),
  lastName: text('Last name', 'last_name', 64, { required: true }),
  knownAs: text('Known as', 'known_as', 64),
  jobTitle: text('Job title', 'job_title', 128, FOR_MANY),
  department: text('Department', 'department', 128, FOR_MANY),
  site: text('Site', 'site', 200, FOR_MANY),
  organisationalUnit: text('Organisational unit', 'organisational_unit', 200),
  mobile: text('Mobile', 'mobile', 16),
  hideMobile: yesOrNo('Hide mobile', 'hide_mobile'),
  telephone: text('Telephone', 'telephone', 32, FOR_MANY),
  secondaryEmail: text('Secondary email', 'secondary_email', 254),
  description: text('Description', 'description', 1000, FOR_MANY),
  hideFromDirectory: yesOrNo('Hide from directory', 'hide_from_directory'),
  startsOn: text('Start date', 'starts_on', 10),
} as const

/** What else a change may write: where the account stands, and under which addresses it is reached. */
const PLACE = {
  status: text('Status', 'status', 16, { writer: 'status', required: true, ways: ['action'] }),
  organisation: text('Organisation', 'organisation_id', 12, {
    writer: 'organisation',
    required: true,
    ways: ['transfer'],
  }),
  emailAddress: text('Email address', null, 254, { writer: 'addresses', ways: ['edit'] }),
  aliases: {
    label: 'Other addresses',
    kind: 'addresses',
    column: null,
    writer: 'addresses',
    maxLength: 254,
    required: false,
    ways: ['edit'],
  },
} as const satisfies Record<string, Field>

/**
 * The fields of an account, once: pages, the upload format, the planning, the writing and the API take them from here.
 * `site` and `organisationalUnit` hold names, `mobile` E.164, `organisation` a code, `startsOn` a day such as 2026-12-01.
 */
export const ACCOUNT_FIELDS = { ...PERSON, ...PLACE }

export type PersonField = keyof typeof PERSON

export type FieldName = keyof typeof ACCOUNT_FIELDS

export const PERSON_FIELDS = Object.keys(PERSON) as PersonField[]

export const FIELD_NAMES = Object.keys(ACCOUNT_FIELDS) as FieldName[]

/** Fields of which one value for many people makes sense. */
export const SETTABLE_FIELDS = PERSON_FIELDS.filter((field) => ACCOUNT_FIELDS[field].ways.includes('action'))

export function isSettable(field: string): field is PersonField {
  return (SETTABLE_FIELDS as string[]).includes(field)
}

/** What an account has of its organisation: it goes to another one with all of it, or not at all. */
export const PLACE_FIELDS = ['localId', 'site', 'organisationalUnit'] as const satisfies PersonField[]

/** A field's value in an account: text fields are null when empty, booleans never are. */
export type AccountValues = {
  [Name in PersonField]: (typeof PERSON)[Name]['kind'] extends 'boolean' ? boolean : string | null
}

export function isFieldName(name: string): name is FieldName {
  return Object.hasOwn(ACCOUNT_FIELDS, name)
}

/** The field's name for people. */
export function labelOf(field: string): string {
  return isFieldName(field) ? ACCOUNT_FIELDS[field].label : field
}

function text<Column extends string | null>(
  label: string,
  column: Column,
  maxLength: number,
  more: Partial<Pick<Field, 'writer' | 'required' | 'ways'>> = {},
) {
  const usual = { writer: 'column', required: false, ways: ['upload', 'edit'] } as const
  return { label, kind: 'text' as const, column, maxLength, ...usual, ...more }
}

function yesOrNo(label: string, column: string) {
  return { ...text(label, column, 0, FOR_MANY), kind: 'boolean' as const }
}
