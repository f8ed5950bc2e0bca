import type { PersonField } from '../directory/fields.ts'
import { VALUE_RULES } from '../directory/value-rules.ts'
import {
  accountAddress,
  accountId,
  type CellRule,
  mobile,
  ownOrganisation,
  personName,
  postText,
  telephone,
  version,
  yesOrNo,
} from './cell-rules.ts'

/**
 * What a column tells about a row: a field of the account, its ID or address, its organisation, or the version that was
 * exported.
 */
export type ColumnName = PersonField | 'id' | 'emailAddress' | 'organisationCode' | 'version'

export type UploadColumn = {
  /** As templates and exports write it. */
  heading: string
  /** Other words of ours that are read as it. */
  aliases: readonly string[]
  /** What other systems call it. Such a word is read where it alone could be the column. */
  usualWords: readonly string[]
  name: ColumnName
  create: 'required' | 'required-by-setting' | 'optional' | 'blank' | 'not-read'
  update: 'optional' | 'required-unless-id' | 'must-be-own' | 'identifies'
  rule: CellRule
  /** The rule in words, for the help page and the documentation. */
  help: string
  /** One cell for each of the filled sample's people. */
  examples: readonly [string, string, string]
  /** Whether files of ours have it: the template, the sample and exports, or these alone, since nobody fills it in by hand. */
  offered: 'always' | 'in-exports' | 'never'
}

/** An upload format is data, so that a second one (a portal's own old headings, say) can stand beside this one. */
export type UploadFormat = {
  columns: readonly UploadColumn[]
  /**
   * What a person has said of headings of one file, folded: the field that each means, or null for none. It goes before
   * all words above.
   */
  meanings?: ReadonlyMap<string, ColumnName | null>
  /** Columns that we add to a results file. A file sent back with them gets them replaced, not repeated. */
  resultHeadings: readonly string[]
  /** The column that we add to a file of rows with errors. It is replaced likewise. */
  problemHeading: string
  /** The result heading that is a column's too: a result only to the right of another one. */
  sharedHeading: string
  /** Whether a heading, folded, names a column of passwords. Those are never kept. */
  isPassword: (foldedHeading: string) => boolean
  /** What the documentation says of it. */
  password: { heading: string; help: string }
}

export const UPLOAD_FORMAT: UploadFormat = {
  columns: [
    column({
      heading: 'ID',
      name: 'id',
      create: 'blank',
      rule: accountId,
      help: 'The account’s own number, from the Mailbox Report. With ID and a LocalID that nobody has, the local ID is changed. When both are given they must mean the same account.',
    }),
    column({
      heading: 'LocalID',
      aliases: ['ExternalSyncID'],
      usualWords: words(
        'Staff ID, Staff number, Staff no, Employee ID, Employee number, Employee no, Payroll ID, Payroll number, Payroll no, Personnel number, Assignment number, Works number',
      ),
      name: 'localId',
      create: 'required',
      update: 'required-unless-id',
      rule: VALUE_RULES.localId,
      help: 'Your organisation’s own identifier for the person, such as the payroll number: 1 to 64 characters, unique in the organisation without regard to case. Leading zeros are kept. Called ExternalSyncID in the Mailbox Report.',
      examples: ['0012345', '0012346', 'AG-1077'],
    }),
    column({
      heading: 'Title',
      usualWords: ['Salutation', 'Honorific'],
      name: 'title',
      rule: postText('title'),
      help: 'Up to 35 characters.',
      examples: ['Dr', 'Ms', ''],
    }),
    column({
      heading: 'FirstName',
      usualWords: ['Forename', 'Forenames', 'Given name', 'Given names', 'Christian name'],
      name: 'firstName',
      create: 'required',
      rule: personName('firstName'),
      help: 'Up to 64 characters: letters of any script with their marks, spaces, hyphens, apostrophes and full stops.',
      examples: ['Zoë', 'Siobhán', 'Łukasz'],
    }),
    column({
      heading: 'MiddleName',
      usualWords: ['Middle names', 'Second forename'],
      name: 'middleName',
      rule: personName('middleName'),
      help: 'Up to 64 characters, as FirstName.',
      examples: ['', 'Mary', ''],
    }),
    column({
      heading: 'LastName',
      usualWords: ['Surname', 'Family name'],
      name: 'lastName',
      create: 'required',
      rule: personName('lastName'),
      help: 'Up to 64 characters, as FirstName.',
      examples: ['Okafor', 'O’Brien', 'Nowak-Smith'],
    }),
    column({
      heading: 'KnownAs',
      usualWords: ['Preferred name', 'Preferred first name', 'Preferred forename', 'Nickname'],
      name: 'knownAs',
      rule: personName('knownAs'),
      help: 'The name that the person goes by, where it is another. Up to 64 characters, as FirstName.',
    }),
    column({
      heading: 'JobTitle',
      usualWords: ['Job', 'Job role', 'Position', 'Position title', 'Post title', 'Designation'],
      name: 'jobTitle',
      rule: postText('jobTitle'),
      help: 'Up to 128 characters.',
      examples: ['Consultant', 'Staff Nurse', 'Porter'],
    }),
    column({
      heading: 'Department',
      usualWords: ['Dept', 'Department name'],
      name: 'department',
      rule: postText('department'),
      help: 'Up to 128 characters.',
      examples: ['Cardiology', 'Emergency Department', 'Estates and Facilities'],
    }),
    column({
      heading: 'OrganisationCode',
      usualWords: ['Organization code', 'Org code', 'ODS code'],
      name: 'organisationCode',
      update: 'must-be-own',
      rule: ownOrganisation,
      help: 'The code of the organisation that you upload for. A row that names another one is refused, unless the file is divided among the organisations that it names. To move people, transfer them.',
    }),
    column({
      heading: 'Site',
      usualWords: ['Site name', 'Location', 'Work location'],
      name: 'site',
      rule: VALUE_RULES.site,
      help: 'One of the organisation’s sites, by its code or its name.',
    }),
    column({
      heading: 'OrganisationalUnit',
      usualWords: ['OU', 'Unit', 'Org unit', 'Organisation unit', 'Organizational unit', 'Organization unit'],
      name: 'organisationalUnit',
      update: 'must-be-own',
      rule: VALUE_RULES.organisationalUnit,
      help: 'For a new account, one of the organisation’s units, by its name. A change of unit is refused: people are moved with the bulk transfer.',
    }),
    column({
      heading: 'Mobile',
      usualWords: [
        'Mobile number',
        'Mobile no',
        'Mobile phone',
        'Mobile phone number',
        'Mobile telephone',
        'Work mobile',
        'Cell',
        'Cell phone',
        'Cell number',
      ],
      name: 'mobile',
      create: 'required-by-setting',
      rule: mobile,
      help: 'A UK mobile: 07700 900123, or +44 7700 900123; or one of another country that the organisation’s settings name, with its code: +353 87 123 4567. A number that has lost its leading zero in the spreadsheet is read, with a warning.',
      examples: ['07700 900101', '+44 7700 900102', '07700900103'],
    }),
    column({
      heading: 'HideMobile',
      name: 'hideMobile',
      rule: yesOrNo,
      help: 'Yes or No (also True or False, Y or N, 1 or 0).',
      examples: ['No', 'Yes', ''],
    }),
    column({
      heading: 'Telephone',
      usualWords: words(
        'Phone, Phone number, Phone no, Telephone number, Telephone no, Tel, Tel no, Work phone, Work telephone, Landline',
      ),
      name: 'telephone',
      rule: telephone,
      help: 'Up to 32 characters.',
      examples: ['0113 496 0101', '', '0113 496 0103 ext 22'],
    }),
    column({
      heading: 'SecondaryEmail',
      usualWords: [
        'Secondary email address',
        'Alternative email',
        'Alternative email address',
        'Personal email',
        'Personal email address',
        'Private email',
        'Recovery email',
      ],
      name: 'secondaryEmail',
      rule: VALUE_RULES.secondaryEmail,
      help: 'An e-mail address outside this directory’s own domain.',
      examples: ['zoe.okafor@example.org', '', ''],
    }),
    column({
      heading: 'Description',
      name: 'description',
      rule: VALUE_RULES.description,
      help: 'Up to 1,000 characters. Line breaks are kept.',
      examples: ['Clinical lead for heart failure', '', ''],
    }),
    column({
      heading: 'HideFromDirectory',
      name: 'hideFromDirectory',
      rule: yesOrNo,
      help: 'Yes or No (also True or False, Y or N, 1 or 0).',
      examples: ['No', '', 'No'],
    }),
    column({
      heading: 'StartsOn',
      aliases: ['Start date'],
      usualWords: [
        'Date started',
        'Starting date',
        'Joining date',
        'Date of joining',
        'Employment start date',
      ],
      name: 'startsOn',
      rule: VALUE_RULES.startsOn,
      help: 'The day on which the person starts: 2026-12-01, 01/12/2026 or 1 December 2026, the day before the month. A new account whose day is ahead is pending until then, and active from that day on by itself.',
    }),
    column({
      heading: 'EmailAddress',
      usualWords: ['Email', 'Work email', 'Business email', 'Primary email', 'User principal name'],
      name: 'emailAddress',
      create: 'not-read',
      update: 'identifies',
      rule: accountAddress,
      help: 'Tells whom the row is about where both ID and LocalID are empty: one of the account’s own addresses, an alias too. Otherwise it isn’t read: a file changes no address.',
      offered: 'never',
    }),
    column({
      heading: 'Version',
      name: 'version',
      create: 'not-read',
      rule: version,
      help: 'Which version of the account the row was exported from. Leave it as it is: by it, cells that you haven’t changed are told from cells that somebody else has changed since.',
      offered: 'in-exports',
    }),
  ],
  resultHeadings: ['Result', 'ResultDetail', 'AccountID', 'EmailAddress'],
  problemHeading: 'Problem',
  sharedHeading: 'EmailAddress',
  isPassword: (heading) => /password|passwd|passphrase|passcode|pwd/.test(heading),
  password: {
    heading: 'Password',
    help: 'Ignored: passwords can’t be set by a file. Any column of passwords is emptied while the file arrives, and never stored, logged or returned.',
  },
}

/** What empties a field, in any letter case. */
export const CLEAR_WORD = '[clear]'

/** An account's value as a cell of an export: reading it back gives the same value. */
export function cellOf(value: string | boolean | null): string {
  if (typeof value === 'boolean') return value ? 'Yes' : 'No'
  return value ?? ''
}

function words(list: string): readonly string[] {
  return list.split(', ')
}

function column(
  given: Pick<UploadColumn, 'heading' | 'name' | 'rule' | 'help'> & Partial<UploadColumn>,
): UploadColumn {
  return {
    aliases: [],
    usualWords: [],
    create: 'optional',
    update: 'optional',
    examples: ['', '', ''],
    offered: 'always',
    ...given,
  }
}
