/**
 * Whether this value has letters beyond ASCII where the text has `�` or `?`: what is left of a letter that the encoding
 * hasn't in which it was saved.
 */
export function hasLostLetters(value: string, text: string): boolean {
  let at = 0
  let lost = 0
  for (const character of value) {
    if (text.startsWith(character, at)) {
      at += character.length
      continue
    }
    if (character <= '\x7f') return false
    // One letter may leave several signs: one for each byte, or for each half of it.
    let signs = 0
    while (signs < MOST_SIGNS && (text[at] === '\ufffd' || (signs < character.length && text[at] === '?'))) {
      at++
      signs++
    }
    if (signs === 0) return false
    lost++
  }
  return lost > 0 && at === text.length
}

/** Of UTF-8 read byte by byte. */
const MOST_SIGNS = 4

const WITHIN_WORD = /\p{L}\?\p{L}|(?:^|\s)\?\p{L}/u

/** A question mark where nobody asks: in a word or before it, but not in an address. */
export function hasStrayQuestionMark(text: string): boolean {
  return WITHIN_WORD.test(text) && !text.includes('/')
}
