import sql, { join, type Sql } from 'sql-template-tag'
import { foldKey } from './address-name.ts'

/**
 * The condition that an account (`a`, of organisation `o`) has every word of a search somewhere: in a name, its local
 * ID, ID, an address or its mobile (as 07… or +44…). Without regard to case; `muller` finds Müller, and `müller` only
 * him.
 * @returns undefined when the search holds no word
 */
export function matchesSearch(search: string): Sql | undefined {
  const words = joinNumber(search.normalize('NFC').split(/[\s\p{Cc}]+/u))
    .map(bare)
    .filter((word) => word !== '')
  return words.length === 0 ? undefined : join(words.slice(0, MAX_WORDS).map(hasWord), ' and ')
}

const MAX_WORDS = 8

// As lists show a person: `SMITH, Jane (RX1)`.
function bare(word: string): string {
  return word.replace(/^[(,;"“]+|[),;"”]+$/gu, '')
}

// A number written in groups, `07700 900 123`, is one word.
function joinNumber(words: readonly string[]): string[] {
  const whole = words.join('')
  return words.length > 1 && /^\+?[\d()-]{6,}$/.test(whole) ? [whole] : [...words]
}

function hasWord(word: string): Sql {
  const conditions = [
    contains(sql`${TEXT}`, word),
    sql`a.id in (select account_id from address where strpos(address_key, ${foldKey(word)}) > 0)`,
  ]
  const digits = mobileDigits(word)
  if (digits) conditions.push(sql`strpos(a.mobile, ${digits}) > 0`)
  if (/^\d{1,15}$/.test(word)) conditions.push(sql`a.id = ${Number(word)}`)
  return sql`(${join(conditions, ' or ')})`
}

const TEXT = sql`concat_ws(' ', a.first_name, a.middle_name, a.last_name, a.local_id, a.secondary_email, o.code)`

// A word with an accent asks for just that letter; one without asks for the letter with whatever marks.
function contains(text: Sql, word: string): Sql {
  const plain = word.normalize('NFD').replace(/\p{M}/gu, '')
  if (plain !== word) return sql`strpos(lower(${text}), lower(${word})) > 0`
  return sql`strpos(lower(${withoutMarks(text)}), lower(${word})) > 0`
}

// Most text is ASCII, and then there is nothing to take apart.
function withoutMarks(text: Sql): Sql {
  return sql`case when octet_length(${text}) = length(${text}) then ${text}
    else regexp_replace(normalize(${text}, NFD), '[\u0300-\u036f]', '', 'g') end`
}

/** What to look for in a stored `+447…`, for `07…`, `0044 7…`, `+44 (0)7…` or any part of one. */
function mobileDigits(word: string): string | undefined {
  if (!/^\+?[\d()-]{3,}$/.test(word)) return undefined
  const digits = word.replace('(0)', '').replace(/[()-]/g, '')
  return digits.replace(/^0044/, '+44').replace(/^0(?=7)/, '+44')
}
