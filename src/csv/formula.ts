/**
 * Neutralising formulas, reversibly. A spreadsheet runs a cell that begins with one of these characters (the
 * full-width ones too, and a tab or line break is skipped before it looks); an apostrophe before them makes it text.
 *
 * The pair is a bijection on what it touches: writing puts exactly one apostrophe before such a cell, apostrophes
 * it already begins with included, and reading takes exactly one away. So `unescape(escape(x)) === x` for every
 * string: names such as `-Smith` and numbers such as `+44…` come home as they left.
 */
const BEGINS_FORMULA = /^'*[=+\-@\t\r\n＝＋－＠]/
const IS_NEUTRALISED = /^'+[=+\-@\t\r\n＝＋－＠]/

/** The cell as it may stand in a file that a spreadsheet opens. */
export function escapeFormula(cell: string): string {
  return BEGINS_FORMULA.test(cell) ? `'${cell}` : cell
}

/** The cell as it was before `escapeFormula`. */
export function unescapeFormula(cell: string): string {
  return cell.charCodeAt(0) === APOSTROPHE && IS_NEUTRALISED.test(cell) ? cell.slice(1) : cell
}

const APOSTROPHE = 0x27
