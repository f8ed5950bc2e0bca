/**
 * Neutralising formulas, reversibly. A spreadsheet runs a cell that begins with one of these signs (the full-width ones
 * too, and blanks and quotes before it may be dropped); an apostrophe before them makes it text. Where a cell begins,
 * the spreadsheet decides: told another separator than the file's, or no text delimiter, it splits ours at each comma,
 * semicolon, tab, bar and line break within. So all of these count as beginnings, whatever the file's delimiter.
 *
 * The pair is a bijection on what it touches: writing puts exactly one apostrophe at each beginning that a sign follows,
 * before those that stand there already, and reading takes exactly one away. So `unescape(escape(x)) === x` for every
 * string: names such as `-Smith` and numbers such as `+44…` come home as they left.
 */
const FORMULA = /(^|[\t-\r,;|\x85\u2028\u2029])('*["\p{Zs}]*[=+\-@＝＋－＠])/gu
const NEUTRALISED = /(^|[\t-\r,;|\x85\u2028\u2029])'('*["\p{Zs}]*[=+\-@＝＋－＠])/gu

// Most cells are like this: with one beginning, at which stands no sign.
const HARMLESS = /^[A-Za-z0-9][^\t-\r,;|\x85\u2028\u2029]*$/

/** The cell as it may stand in a file that a spreadsheet opens. */
export function escapeFormula(cell: string): string {
  return HARMLESS.test(cell) ? cell : cell.replace(FORMULA, "$1'$2")
}

/** The cell as it was before `escapeFormula`. */
export function unescapeFormula(cell: string): string {
  return cell.includes("'") ? cell.replace(NEUTRALISED, '$1$2') : cell
}
