import iconv from 'iconv-lite'
import type { PersonField } from '../../src/directory/fields.ts'

/**
 * What a spreadsheet, a web system or a hand does to a value: written from what they do, not from how it is found.
 * Undefined where it does nothing.
 */
export type Damage = {
  name: string
  fields: readonly PersonField[]
  damage: (value: string) => string | undefined
}

const TEXTS: readonly PersonField[] = ['jobTitle', 'department', 'description']
const NAMES: readonly PersonField[] = ['firstName', 'lastName']
const NUMBERS: readonly PersonField[] = ['localId', 'mobile', 'telephone']
const WORDS: readonly PersonField[] = [...TEXTS, ...NAMES, 'site']

export const DAMAGES: readonly Damage[] = [
  {
    name: 'zeros lost',
    fields: ['localId'],
    damage: (value) => ifNumber(value, () => value.replace(/^0+/, '')),
  },
  {
    name: 'zero or plus lost',
    fields: ['mobile', 'telephone'],
    damage: (value) => ifNumber(value, (number) => String(number)),
  },
  { name: 'decimals', fields: NUMBERS, damage: (value) => ifNumber(value, (number) => `${number}.0`) },
  {
    name: 'thousands',
    fields: ['localId'],
    damage: (value) => ifNumber(value, (number) => number.toLocaleString('en-GB')),
  },
  { name: 'scientific', fields: NUMBERS, damage: scientific },
  { name: 'as formula', fields: ['localId', 'jobTitle', 'mobile'], damage: (value) => `="${value}"` },
  {
    name: 'apostrophe',
    fields: ['localId', 'jobTitle', 'mobile'],
    damage: (value) => (/^[+=-]/.test(value) ? undefined : `'${value}`),
  },
  {
    name: 'date, British',
    fields: ['localId', ...TEXTS],
    damage: (value) => date(value, ({ d, m, y }) => `${d}/${m}/${y ?? 2026}`),
  },
  {
    name: 'date, American',
    fields: ['localId', ...TEXTS],
    damage: (value) => date(value, ({ d, m, y }) => `${Number(m)}/${Number(d)}/${y ?? 2026}`),
  },
  {
    name: 'date, ISO',
    fields: ['localId', ...TEXTS],
    damage: (value) => date(value, ({ d, m, y }) => `${y ?? 2026}-${m}-${d}`),
  },
  {
    name: 'date, short',
    fields: ['localId', ...TEXTS],
    damage: (value) =>
      date(value, ({ d, m, y }) =>
        y ? `${MONTHS[Number(m) - 1]}-${String(y).slice(2)}` : `${d}-${MONTHS[Number(m) - 1]}`,
      ),
  },
  { name: 'UTF-8 as Windows-1252', fields: WORDS, damage: (value) => misread(value, 'utf8', 'windows-1252') },
  { name: 'UTF-8 as Mac Roman', fields: WORDS, damage: (value) => misread(value, 'utf8', 'macintosh') },
  {
    name: 'UTF-8 as Windows-1252 twice',
    fields: WORDS,
    damage: (value) => {
      const once = misread(value, 'utf8', 'windows-1252')
      return once && misread(once, 'utf8', 'windows-1252')
    },
  },
  {
    name: 'Mac Roman as Windows-1252',
    fields: WORDS,
    damage: (value) => misread(value, 'macintosh', 'windows-1252'),
  },
  {
    name: 'Windows-1252 as Mac Roman',
    fields: WORDS,
    damage: (value) => misread(value, 'windows-1252', 'macintosh'),
  },
  {
    name: 'Windows-1252 as 1251',
    fields: WORDS,
    damage: (value) => misread(value, 'windows-1252', 'win1251'),
  },
  {
    name: 'Windows-1252 as 1257',
    fields: WORDS,
    damage: (value) => misread(value, 'windows-1252', 'win1257'),
  },
  {
    name: 'letters lost as ?',
    fields: WORDS,
    damage: (value) => changed(value, value.replace(/[^\0-\x7f]/g, '?')),
  },
  {
    name: 'letters lost as �',
    fields: WORDS,
    damage: (value) => changed(value, value.replace(/[^\0-\x7f]/g, '\ufffd')),
  },
  {
    name: 'accents lost',
    fields: [...NAMES, ...TEXTS],
    damage: (value) => changed(value, value.normalize('NFD').replace(/\p{M}/gu, '')),
  },
  {
    name: 'C1',
    fields: WORDS,
    damage: (value) =>
      changed(
        value,
        value.replace(/[’–]/g, (sign) => (sign === '’' ? '\x92' : '\x96')),
      ),
  },
  { name: '&amp;', fields: TEXTS, damage: (value) => changed(value, value.replaceAll('&', '&amp;')) },
  { name: '&#39;', fields: WORDS, damage: (value) => changed(value, value.replaceAll('’', '&#8217;')) },
  {
    name: 'letters as entities',
    fields: [...NAMES, ...TEXTS],
    damage: (value) =>
      changed(
        value,
        value.replace(/[^\0-\x7f]/g, (sign) => `&#${sign.codePointAt(0)};`),
      ),
  },
  { name: '_x000D_', fields: TEXTS, damage: (value) => `${value}_x000D_` },
  {
    name: 'no-break blanks',
    fields: [...WORDS, 'telephone'],
    damage: (value) => changed(value, value.replaceAll(' ', '\u00a0')),
  },
  { name: 'two blanks', fields: WORDS, damage: (value) => changed(value, value.replaceAll(' ', '  ')) },
  {
    name: 'zero width',
    fields: [...WORDS, 'localId'],
    damage: (value) => `${value.slice(0, 2)}\u200b${value.slice(2)}`,
  },
  {
    name: 'straight apostrophes',
    fields: WORDS,
    damage: (value) => changed(value, value.replaceAll('’', "'")),
  },
  { name: 'capitals', fields: [...NAMES, ...TEXTS], damage: (value) => changed(value, value.toUpperCase()) },
  {
    name: 'look-alike',
    fields: ['localId'],
    damage: (value) => changed(value, value.replace('A', '\u0410').replace('-', '–')),
  },
  { name: 'error of a formula', fields: [...WORDS, ...NUMBERS], damage: () => '#N/A' },
  { name: 'nothing to say', fields: [...WORDS, ...NUMBERS], damage: () => 'NULL' },
  { name: 'nearly [clear]', fields: [...TEXTS, 'telephone'], damage: () => '[ clear ]' },
]

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

function changed(value: string, now: string): string | undefined {
  return now === value ? undefined : now
}

function ifNumber(value: string, shown: (number: number) => string): string | undefined {
  return /^\+?\d{4,15}$/.test(value) ? changed(value, shown(Number(value))) : undefined
}

/** General format: six digits at most, from twelve digits on. */
function scientific(value: string): string | undefined {
  if (!/^\+?\d{12,15}$/.test(value)) return undefined
  const [mantissa = '', exponent = ''] = Number(value).toExponential(5).split('e+')
  return `${Number(mantissa)}E+${exponent.padStart(2, '0')}`
}

function date(
  value: string,
  shown: (day: { d: string; m: string; y?: number }) => string,
): string | undefined {
  const two = (number: number) => String(number).padStart(2, '0')
  const [, a, b] = /^(\d{1,2})-(\d{1,2})$/.exec(value) ?? []
  if (a && b) return shown({ d: two(Math.max(Number(a), Number(b))), m: two(Math.min(Number(a), Number(b))) })
  const [, name, day] = /^([A-Z]{3})(\d{1,2})$/.exec(value) ?? []
  if (name && day)
    return shown({ d: two(Number(day)), m: two(MONTHS.findIndex((one) => one.toUpperCase() === name) + 1) })
  const [, month, year] = /^(\d{1,2})\/(\d{4})$/.exec(value) ?? []
  return month && year ? shown({ d: '01', m: two(Number(month)), y: Number(year) }) : undefined
}

function misread(value: string, saved: string, read: string): string | undefined {
  const bytes = iconv.encode(value, saved)
  const text = iconv.decode(bytes, read)
  // What the encoding hasn't is lost, which is another kind.
  return iconv.decode(bytes, saved) === value && !text.includes('\ufffd') ? changed(value, text) : undefined
}
