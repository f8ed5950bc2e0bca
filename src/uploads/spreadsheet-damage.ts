import { isUtf8 } from 'node:buffer'
import iconv from 'iconv-lite'

/** What spreadsheets leave behind in a cell that held something else. Each test is linear in the cell's length. */

const ERROR_VALUE =
  /^(?:#(?:N\/A|REF!|NAME\?|VALUE!|DIV\/0!|NUM!|NULL!|SPILL!|CALC!|FIELD!|BLOCKED!|CONNECT!)|#{3,}|Err:\d{3})$/i

/** `#N/A`, `#REF!`, `####`: a formula that failed, or a column too narrow, saved as text. */
export function isErrorValue(text: string): boolean {
  const first = text.charCodeAt(0)
  return (first === 0x23 || first === 0x45 || first === 0x65) && ERROR_VALUE.test(text)
}

// Excel and LibreOffice always write the sign: `7.7009E+09`. A staff number such as `1E5` is none of theirs.
const SCIENTIFIC = /^-?\d(?:[.,]\d{1,15})?E[+-]\d{2,3}$/i

/** A long number cut down to `7.7E+09`: its digits are lost. */
export function isScientific(text: string): boolean {
  return text.length < 24 && SCIENTIFIC.test(text)
}

const MONTH = '(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)'
const DAY = '(?:0?[1-9]|[12]\\d|3[01])'
const DATE = new RegExp(
  `^(?:${DAY}/(?:${DAY})/(?:\\d{4}|\\d{2})|${DAY}([.-])(?:0?[1-9]|1[0-2])\\1(?:19|20)\\d{2}|` +
    `(?:19|20)\\d{2}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\\d|3[01])(?: 00:00:00)?|` +
    `${DAY}-${MONTH}(?:-(?:\\d{4}|\\d{2}))?|${MONTH}-\\d{2}(?:\\d{2})?)$`,
)

/** `01/02/2024`, `Jan-24`, `02-Jan`: what becomes of `1/2` and `MAR1` in a spreadsheet. */
export function isDate(text: string): boolean {
  return text.length >= 5 && text.length <= 19 && DATE.test(text)
}

const MAYBE_MISREAD = /[\u00c2-\u00f4][^\0-\x7f]/

/** Text once read in the wrong encoding (`JosÃ©`): what it was (`José`), else undefined. */
export function misreadOriginal(text: string): string | undefined {
  if (!MAYBE_MISREAD.test(text)) return undefined
  const bytes = iconv.encode(text, 'windows-1252')
  // Text that was never misread doesn't come out as valid UTF-8, save by a chance no name has.
  if (!isUtf8(bytes) || iconv.decode(bytes, 'windows-1252') !== text) return undefined
  return bytes.toString('utf8')
}

/** What a value plainly is, for a column where it doesn't belong. */
export function strayKind(text: string): 'a mobile number' | 'an e-mail address' | 'a Yes or No' | undefined {
  if (text.length > 80) return undefined
  if (/^(?:\+44 ?|0)7\d{3}[ -]?\d{3}[ -]?\d{3}$/.test(text)) return 'a mobile number'
  if (/^[^\s@]+@[^\s@]+\.[a-z]{2,}$/i.test(text)) return 'an e-mail address'
  if (/^(?:yes|no|true|false)$/i.test(text)) return 'a Yes or No'
  return undefined
}
