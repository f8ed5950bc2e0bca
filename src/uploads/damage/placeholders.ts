import { editDistance } from '../../directory/edit-distance.ts'

const WORDS = new Set(
  `null nil none nan n/a na n.a. n.a n\\a - -- --- – — . .. ... ? ?? ??? 0 x xx xxx tbc tbd tba unknown undefined
  blank empty nothing (blank) (none) (null) (empty) [null] [none] <null> <none> \\n n/k nk not_known n/d
  missing`.split(/\s+/),
)
const PHRASES = new Set([
  'not known',
  'not applicable',
  'not available',
  'no data',
  'to be confirmed',
  'not set',
])
const LONGEST = 16
const BEGINS_PLACEHOLDER = /^(?:[-–—.?0\\([<]|n[aiouk/.\\]|x|t[bo]|un|[be][lm]|mi)/i

/** A word or a sign that programs and people write where there is nothing to say. */
export function isPlaceholder(text: string): boolean {
  if (text.length > LONGEST || !BEGINS_PLACEHOLDER.test(text)) return false
  const folded = text.toLowerCase()
  return WORDS.has(folded) || PHRASES.has(folded)
}

/** Such a word that may be somebody's name as well, written as names are. */
export function mayBeName(text: string): boolean {
  return /^(?:Null|Nil|Na|Nan|None|Blank|X)$/.test(text)
}

const IN_BRACKETS = /^[[({<]\s*([a-z]{3,9})\s*[\])}>]?[.!,;]?$/
const BEGINS_CLEAR = /^["'‘“[({<cC]/
const MEANS_CLEAR = new Set(['clear', 'cleared', 'clr', 'delete', 'remove', 'empty', 'erase'])

/** Nearly the word that empties a field: `[ clear ]`, `(clear)`, `[claer]`, `clear]`. */
export function isNearClear(text: string): boolean {
  if (text.length > 14 || !BEGINS_CLEAR.test(text)) return false
  const folded = text.toLowerCase()
  const [, word] = IN_BRACKETS.exec(folded) ?? []
  if (word !== undefined) return MEANS_CLEAR.has(word) || editDistance(word, 'clear') <= 1 || isExchange(word)
  return /^["'‘“[({<\s]*clear["'’”\])}>.!,;\s]*$/.test(folded)
}

function isExchange(word: string): boolean {
  return word.length === 5 && [...word].sort().join('') === 'acelr'
}
