import type { Random } from '../../src/demo/random.ts'
import { ACCOUNT_FIELDS, PERSON_FIELDS, type PersonField } from '../../src/directory/fields.ts'
import { SITES, UNITS } from './fresh-portal.ts'

/** Values that an account may hold and that files, spreadsheets and careless programs stumble over. */

const NAMES = [
  'Łukasz',
  'O’Brien',
  "O'Brien",
  "'t Hooft",
  '-Smith',
  "'-Smith",
  'Nguyễn Thị',
  'محمد',
  'שָׂרָה',
  'देवी',
  'เสาวลักษณ์',
  '田中',
  'Zoë-Anne',
  'ẞtraße',
  'İpek',
  'ΟΔΥΣΣΕΥΣ',
  'Jr.',
  '’',
  'A\u200dB',
  'van der Berg',
  'True',
]

const TEXTS = [
  '=1+1',
  '=HYPERLINK("http://x.example","a")',
  '+44 20 7946 0000',
  '-5',
  '@SUM(A1)',
  '＝1',
  "'=1+1",
  "''=1+1",
  "'",
  'He said "no"',
  '"',
  '""',
  'a,b;c|d',
  'first line\nsecond line',
  'ends with =\n=1',
  '007',
  '0',
  '00',
  '1E5',
  '1/3',
  'Café – “naïve” €',
  'Ward 🏥 👩‍⚕️ 🇬🇧',
  'תיאור מימין לשמאל',
  'نص عربي 123',
  'e\u0301'.normalize('NFC'),
  'NULL',
  '\\N',
  '\\',
  '{"a":[1]}',
  "'); drop table account; --",
  '$1',
  '%s {{y}}',
  '[clear] not',
  'sep=;',
]

/** Cells that are refused, read as something else, or mean something of their own. */
const ODD_CELLS = [
  '[clear]',
  '[CLEAR]',
  ' ',
  '\u00a0',
  '#N/A',
  '7.7E+09',
  '01/02/2024',
  'Jan-24',
  'a\u0001b',
  '\ufffd',
  'e\u0301',
  ' padded ',
  'a\r\nb',
  'a\rb',
  'Jos\u00c3\u00a9',
  '\u202eabc\u202c',
  '-',
  'null',
  "'quoted'",
  'a\tb',
  'x'.repeat(1001),
  '😀'.repeat(40),
  'Yes',
  '07700 900123',
  'someone@elsewhere.example',
]

/** A value that the field admits, so that an account may hold it. Null is empty. */
export function admittedValue(random: Random, field: PersonField): string | boolean | null {
  if (ACCOUNT_FIELDS[field].kind === 'boolean') return random.percent(50)
  switch (field) {
    case 'localId':
      return `${random.pick(['', '0', '00', 'A-', '=', '-', "'+", 'é', '🙂', 'a,b '])}${random.between(1, 999_999)}`
    case 'firstName':
    case 'lastName':
      return name(random)
    case 'middleName':
    case 'knownAs':
      return random.percent(60) ? null : name(random)
    case 'site':
      return random.percent(40) ? null : random.pick(SITES)
    case 'organisationalUnit':
      return random.percent(60) ? null : random.pick(UNITS)
    case 'mobile':
      return random.percent(10) ? null : `+447700900${String(random.between(0, 999)).padStart(3, '0')}`
    case 'telephone':
      return random.percent(40) ? null : random.pick(TELEPHONES)
    case 'secondaryEmail':
      return random.percent(50) ? null : `${random.pick(LOCAL_PARTS)}${random.between(1, 99)}@example.org`
    case 'startsOn':
      return random.percent(60)
        ? null
        : `20${random.between(10, 25)}-0${random.between(1, 9)}-${random.between(10, 28)}`
    default:
      return random.percent(30) ? null : text(random, ACCOUNT_FIELDS[field].maxLength, field)
  }
}

/** A cell as people's files hold them under a heading: mostly admitted, empty often, refused at times. */
export function cellFor(random: Random, field: PersonField, isNeeded = false): string {
  if (random.percent(isNeeded ? 2 : 25)) return ''
  if (random.percent(2)) return random.pick(ODD_CELLS)
  if (random.percent(ACCOUNT_FIELDS[field].required || field === 'mobile' ? 1 : 7)) {
    return random.pick(['[clear]', '[Clear]'])
  }
  const value = admittedValue(random, field)
  if (typeof value === 'boolean') return random.pick(value ? YES : NO)
  if (value === null) return ''
  if (field === 'mobile' && random.percent(50)) return `0${value.slice(3)}`
  if (field === 'site' && random.percent(30)) return value.toUpperCase()
  return value
}

/** All fields of an account. */
export function admittedValues(random: Random): Record<PersonField, string | boolean | null> {
  return Object.fromEntries(
    PERSON_FIELDS.map((field) => [field, admittedValue(random, field)] as const),
  ) as Record<PersonField, string | boolean | null>
}

const YES = ['Yes', 'TRUE', 'y', '1']
const NO = ['No', 'FALSE', 'n', '0']
const TELEPHONES = ['0113 496 0101', '+44 113 496 0102', '(0113) 496-0103 ext 2', '=113', '-1']
const LOCAL_PARTS = ["o'brien", 'a+b', '=x', '-x', 'é', '{x}']

function name(random: Random): string {
  if (random.percent(5)) return `${random.pick(['Ñ', 'a', 'ẞ', '-'])}${'abcdefgh'.repeat(8)}`.slice(0, 64)
  return random.pick(NAMES)
}

function text(random: Random, maxLength: number, field: PersonField): string {
  if (random.percent(5)) return random.pick(['é', '🏥', '"', '=', 'x']).repeat(maxLength)
  const one = random.percent(60) ? random.pick(TEXTS) : `Value ${random.between(1, 9999)}`
  return field === 'description' ? one : one.slice(0, maxLength).trim()
}
