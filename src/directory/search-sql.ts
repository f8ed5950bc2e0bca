import sql, { join, type Sql } from 'sql-template-tag'
import { foldKey } from './address-name.ts'

/**
 * What stands in `from` after an account (`a`) and its organisation (`o`): the text that words are looked for in beside the
 * names, which are kept folded; put together and folded once for each account.
 */
export const SEARCHED_TEXT = sql`cross join lateral (select concat_ws(' ', a.middle_name, a.known_as, a.local_id,
    a.secondary_email, a.job_title, a.department, o.code) as text offset 0) beside_names
  cross join lateral (select fold_text(beside_names.text) as text offset 0) searched_text`

/**
 * The condition that an account (`a`, with `SEARCHED_TEXT`) has every word of a search somewhere: in a name, its local
 * ID, ID, an address, its job title or department, its mobile (as 07… or +44…) or telephone. Case, accents, and the kinds
 * of apostrophes and hyphens don't count, nor do blanks and dots within a name.
 * @param addresses the condition on `organisation_id` that holds addresses to where accounts are looked for
 * @returns undefined when the search holds no word
 */
export function matchesSearch(search: string, addresses: Sql): Sql | undefined {
  const words = joinNumber(search.normalize('NFC').split(/[\s\p{Cc}]+/u))
    .map(bare)
    .filter((word) => word !== '')
  if (words.length === 0) return undefined
  return join(
    words.slice(0, MAX_WORDS).map((word) => hasWord(word, addresses)),
    ' and ',
  )
}

const MAX_WORDS = 8

// As lists show a person: `SMITH, Jane (RX1)`. What is looked behind for keeps a long row of commas from being read
// from each of them to its end.
function bare(word: string): string {
  return word.replace(/^[(,;"“]+|(?<![),;"”])[),;"”]+$/gu, '')
}

// A number written in groups, `07700 900 123`, is one word.
function joinNumber(words: readonly string[]): string[] {
  const whole = words.join('')
  return words.length > 1 && /^\+?[\d()-]{6,}$/.test(whole) ? [whole] : [...words]
}

function hasWord(word: string, addresses: Sql): Sql {
  const conditions = [
    sql`strpos(a.name_key, (select nullif(fold_name(${word}::text), ''))) > 0`,
    sql`strpos(searched_text.text, (select fold_text(${word}::text))) > 0`,
    sql`a.id in (select account_id from address where ${addresses} and strpos(address_key, ${foldKey(word)}) > 0)`,
  ]
  const digits = mobileDigits(word)
  if (digits) {
    const national = digits.replace(/^(?:\+|00)44/, '0')
    conditions.push(
      sql`strpos(a.mobile, ${digits}) > 0`,
      sql`strpos(replace(translate(a.telephone, ' ()-./', ''), '+44', '0'), ${national}) > 0`,
    )
  }
  if (/^\d{1,15}$/.test(word)) conditions.push(sql`a.id = ${Number(word)}`)
  return sql`(${join(conditions, ' or ')})`
}

/** What to look for in a stored `+447…` or `+353…`, for `07…`, `0044 7…`, `+44 (0)7…` or any part of one. */
function mobileDigits(word: string): string | undefined {
  if (!/^\+?[\d()-]{3,}$/.test(word)) return undefined
  const digits = word.replace('(0)', '').replace(/[()-]/g, '')
  return digits.replace(/^00(?=[1-9])/, '+').replace(/^0(?=7)/, '+44')
}
