import type { Token } from './format-token.ts'
import { isDateFormat, showDate } from './show-date.ts'
import { showGeneral, showNumber } from './show-number.ts'

/** A number as a cell shows it. */
export type Show = (value: number) => string

type Section = { tokens: Token[]; applies: ((value: number) => boolean) | undefined }

/**
 * What a number format makes of numbers, as ECMA-376 (18.8.31) describes its codes and British English has its words.
 * Colours are left out, and so is what fills a cell’s width.
 * @param isFrom1904 whether the workbook counts its days from 1904
 */
export function numberFormat(code: string, isFrom1904: boolean): Show {
  if (/^(?:general|@|)$/i.test(code.trim())) return showGeneral
  const sections = readSections(code)
  const shows = sections.map(({ tokens }) => showWith(tokens, isFrom1904))
  return (value) => {
    const at = sectionFor(value, sections)
    if (at === undefined) return '########'
    // A section of their own shows negative numbers without their sign, unless that is what it asks for.
    const isOwn = sections[at]?.applies ? value < 0 && sections.length > 1 && at > 0 : at === 1
    return (shows[at] as Show)(isOwn ? Math.abs(value) : value)
  }
}

function showWith(tokens: Token[], isFrom1904: boolean): Show {
  if (isDateFormat(tokens)) return (value) => showDate(value + (isFrom1904 ? 1462 : 0), tokens)
  return (value) => showNumber(value, tokens)
}

function sectionFor(value: number, sections: readonly Section[]): number | undefined {
  const numbers = sections.slice(0, 3)
  if (numbers.some(({ applies }) => applies)) {
    const at = numbers.findIndex(({ applies }) => applies?.(value) ?? true)
    return at < 0 ? undefined : at
  }
  if (value < 0 && numbers.length > 1) return 1
  return value === 0 && numbers.length > 2 ? 2 : 0
}

const TOKEN =
  /"([^"]*)"?|\\(.)|_(.)|\*.|\[([^\]]*)\]?|(general|am\/pm|a\/p|e[+-]|y+|m+|d+|h+|s+|e+)|([0#?.,%/@])|(.)/gis

/** The sections of a code, which a `;` parts that isn't quoted, escaped or inside brackets. */
function readSections(code: string): Section[] {
  let section: Section = { tokens: [], applies: undefined }
  const sections = [section]
  const text = (shown: string) => section.tokens.push({ kind: 'text', text: shown })
  for (const [, quoted, escaped, blank, bracket, word, sign, other] of code.matchAll(TOKEN)) {
    if (quoted !== undefined) text(quoted)
    else if (escaped !== undefined) text(escaped)
    else if (blank !== undefined) text(' ')
    else if (bracket !== undefined) readBracket(bracket, section)
    else if (word !== undefined) section.tokens.push({ kind: 'sign', text: word.toLowerCase() })
    else if (sign !== undefined) section.tokens.push({ kind: 'sign', text: sign })
    else if (other === ';') {
      section = { tokens: [], applies: undefined }
      sections.push(section)
    } else if (other !== undefined) text(other)
  }
  return sections
}

/** A condition, a count of hours and the like, or a currency; colours and languages are passed over. */
function readBracket(bracket: string, section: Section): void {
  const [, operator, limit] = /^(<=|>=|<>|<|>|=)(-?[0-9.]+)$/.exec(bracket) ?? []
  if (operator !== undefined) section.applies = comparison(operator, Number(limit))
  else if (/^(?:h+|m+|s+)$/i.test(bracket))
    section.tokens.push({ kind: 'elapsed', text: bracket.toLowerCase() })
  else if (bracket.startsWith('$'))
    section.tokens.push({ kind: 'text', text: bracket.slice(1).split('-', 1)[0] as string })
}

function comparison(operator: string, limit: number): (value: number) => boolean {
  switch (operator) {
    case '<':
      return (value) => value < limit
    case '<=':
      return (value) => value <= limit
    case '>':
      return (value) => value > limit
    case '>=':
      return (value) => value >= limit
    case '=':
      return (value) => value === limit
    default:
      return (value) => value !== limit
  }
}

/** The formats that a workbook names by a number alone; the dates among them as Britain writes them. */
export const BUILT_IN_FORMATS: Record<number, string> = {
  1: '0',
  2: '0.00',
  3: '#,##0',
  4: '#,##0.00',
  5: '"£"#,##0;-"£"#,##0',
  6: '"£"#,##0;-"£"#,##0',
  7: '"£"#,##0.00;-"£"#,##0.00',
  8: '"£"#,##0.00;-"£"#,##0.00',
  9: '0%',
  10: '0.00%',
  11: '0.00E+00',
  12: '# ?/?',
  13: '# ??/??',
  14: 'dd/mm/yyyy',
  15: 'dd-mmm-yy',
  16: 'dd-mmm',
  17: 'mmm-yy',
  18: 'h:mm AM/PM',
  19: 'h:mm:ss AM/PM',
  20: 'hh:mm',
  21: 'hh:mm:ss',
  22: 'dd/mm/yyyy hh:mm',
  37: '#,##0;-#,##0',
  38: '#,##0;-#,##0',
  39: '#,##0.00;-#,##0.00',
  40: '#,##0.00;-#,##0.00',
  41: '#,##0;-#,##0;"-"',
  42: '"£"#,##0;-"£"#,##0;"-"',
  43: '#,##0.00;-#,##0.00;"-"??',
  44: '"£"#,##0.00;-"£"#,##0.00;"-"??',
  45: 'mm:ss',
  46: '[h]:mm:ss',
  47: 'mm:ss.0',
  48: '##0.0E+0',
  // Where the workbook was made these are dates of East Asia.
  ...Object.fromEntries([27, 28, 29, 30, 31, 36, 50, 51, 52, 53, 54, 57, 58].map((id) => [id, 'dd/mm/yyyy'])),
}
