import type { Styles } from './read-styles.ts'
import { damaged } from './refused.ts'
import { unescapeText } from './text-escapes.ts'
import type { TextTable } from './text-table.ts'

/** A cell as its workbook (.xlsx) writes it. A formula’s is the value that was stored with it. */
export type XlsxCell = { type: string | undefined; style: number; value: string }

export const NO_CELL: XlsxCell = { type: undefined, style: 0, value: '' }

/** What a cell shows. */
export function cellText({ type, style, value }: XlsxCell, texts: TextTable, styles: Styles): string {
  if (value === '') return ''
  switch (type) {
    case 's':
      return texts.get(Number(value))
    case 'inlineStr':
      return value // unescaped already, run by run
    case 'str':
      return unescapeText(value)
    case 'b':
      return /^(?:1|true)$/.test(value.trim()) ? 'TRUE' : 'FALSE'
    case 'e':
      return value // the error in words, such as #N/A
    case 'd':
      return shownDate(value, style, styles)
    default:
      return shownNumber(value, style, styles)
  }
}

function shownNumber(value: string, style: number, styles: Styles): string {
  const number = Number(value)
  return Number.isNaN(number) ? value : styles(style)(number)
}

/** Days are counted from the last one of 1899. */
const FIRST_DAY = Date.UTC(1899, 11, 30)

function shownDate(value: string, style: number, styles: Styles): string {
  const ms = Date.parse(value.includes('T') && !/(?:Z|[+-]\d\d:\d\d)$/.test(value) ? `${value}Z` : value)
  return Number.isNaN(ms) ? value : styles(style)((ms - FIRST_DAY) / 86_400_000)
}

/**
 * The column that a place such as `AB12` names, counted from 0.
 * @throws SpreadsheetRefused for what names none
 */
export function cellColumn(place: string): number {
  let column = 0
  let at = 0
  for (; at < place.length; at++) {
    const letter = place.charCodeAt(at) - 64
    if (!(letter >= 1 && letter <= 26)) break
    column = column * 26 + letter
  }
  if (at === 0 || at > 3) throw damaged('a cell without a place')
  return column - 1
}
