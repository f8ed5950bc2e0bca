/** What stands in a cell in place of a value. Each test is linear in the cell's length. */

const ERROR_VALUE =
  /^(?:#(?:N\/A|REF!|NAME\?|VALUE!|DIV\/0!|NUM!|NULL!|SPILL!|CALC!|FIELD!|BLOCKED!|CONNECT!)|#{3,}|Err:\d{3})$/i

/** `#N/A`, `#REF!`, `####`: a formula that failed, or a column too narrow, saved as text. */
export function isErrorValue(text: string): boolean {
  const first = text.charCodeAt(0)
  return (first === 0x23 || first === 0x45 || first === 0x65) && ERROR_VALUE.test(text)
}

// Longer than Yes and No, as job titles are.
const LETTERS = /^[A-Za-z ]{6,}$/

/** What a value plainly is, for a column where it doesn't belong. */
export function strayKind(
  text: string,
): 'a mobile number' | 'an e-mail address' | 'a Yes or No' | 'a number' | undefined {
  if (text.length > 80) return undefined
  if (LETTERS.test(text)) return undefined
  if (/^(?:\+44 ?|0)7\d{3}[ -]?\d{3}[ -]?\d{3}$/.test(text)) return 'a mobile number'
  if (text.includes('@') && /^[^\s@]+@[^\s@]+\.[a-z]{2,}$/i.test(text)) return 'an e-mail address'
  if (/^(?:yes|no|true|false)$/i.test(text)) return 'a Yes or No'
  if (/^\d{4,}$/.test(text)) return 'a number'
  return undefined
}
