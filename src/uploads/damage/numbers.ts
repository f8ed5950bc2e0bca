// What becomes of digits in a column that takes them for a number.

// Excel and LibreOffice always write the sign: `7.7009E+09`. A staff number such as `1E5` is none of theirs.
const SCIENTIFIC = /^-?\d(?:[.,](\d{1,15}))?E\+(\d{2,3})$/i

/** A long number cut down to `7.7E+09`: its digits are lost. */
export function isScientific(text: string): boolean {
  return text.length < 24 && (SCIENTIFIC.test(text) || /^-?\d(?:[.,]\d{1,15})?E-\d{2,3}$/i.test(text))
}

/** Whether this value, taken for a number, is shown as that text. */
export function becomesScientific(value: string, text: string): boolean {
  const [, decimals = ''] = SCIENTIFIC.exec(text) ?? []
  const shown = text.replace(',', '.').toUpperCase()
  return numbersIn(value).some((number) => exponential(number, decimals.length) === shown)
}

function exponential(number: number, decimals: number): string {
  return number
    .toExponential(decimals)
    .toUpperCase()
    .replace(/E\+(\d)$/, 'E+0$1')
}

/** A mobile is typed with its country's code or without. */
function numbersIn(value: string): number[] {
  if (!/^[+\d.E]{1,40}$/i.test(value)) return []
  return [value, value.replace(/^\+44/, '0')].map(Number).filter(Number.isFinite)
}

const DECIMALS = /^(\d{1,20})[.,]0{1,6}$/
const THOUSANDS = /^\d{1,3}(?:([,. ])\d{3})(?:\1\d{3})*(?:\.0{1,6})?$/

/** `10241.0`, `10,241`: the whole number that it was, without what the column's format has added. */
export function wholeNumber(text: string): string | undefined {
  if (text.length > 30) return undefined
  const decimals = DECIMALS.exec(text)
  if (decimals && !/^\d{1,3}[.,]000$/.test(text)) return decimals[1]
  return THOUSANDS.test(text)
    ? text.replace(/\.0{1,6}$/, (end) => (end === '.000' ? end : '')).replace(/[,. ]/g, '')
    : undefined
}

const KEPT_DIGITS = 15

/** A number of more than 15 digits whose last ones are noughts: a spreadsheet keeps no more of them. */
export function hasCutDigits(text: string): boolean {
  return /^[1-9]\d{14}0{1,20}$/.test(text)
}

/** Whether this value is the same number before it was cut. */
export function wasCutTo(value: string, text: string): boolean {
  const digits = value.replace(/^0+/, '')
  return (
    /^\d+$/.test(digits) &&
    digits.length === text.length &&
    digits.slice(0, KEPT_DIGITS) === text.slice(0, KEPT_DIGITS)
  )
}
