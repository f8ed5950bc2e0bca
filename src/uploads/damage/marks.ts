// Signs that stand in a cell for the spreadsheet's sake, or that nobody sees.

const AS_FORMULA = /^="((?:[^"]|"")*)"$/

/** Words that begin with an apostrophe of their own: ’t Hooft, ’s-Gravesande. */
const OWN_APOSTROPHE = /^'(?:[tsn][ -]|tis\b|til\b|\W|$)/i

/** `="0012"`, `'0012`, `'0012'`: ways to have a spreadsheet keep text as it is. @returns the text, else undefined */
export function textMarked(text: string): string | undefined {
  const first = text.charCodeAt(0)
  if (first === 0x3d) return AS_FORMULA.exec(text)?.[1]?.replaceAll('""', '"')
  if (first !== 0x27 || OWN_APOSTROPHE.test(text)) return undefined
  const inner = text.slice(1)
  if (!inner.includes("'")) return inner
  return inner.indexOf("'") === inner.length - 1 ? inner.slice(0, -1) : undefined
}

const SEPARATORS_ONLY = /^[;|\t]+$/
const SEPARATORS_LAST = /(?<![;|\t])[;|\t]{2,}$/

/** Separators of another locale at the end of a line: `;;`. @returns the cell without, else undefined */
export function withoutSeparators(text: string): string | undefined {
  if (SEPARATORS_ONLY.test(text)) return ''
  return SEPARATORS_LAST.test(text) ? text.replace(SEPARATORS_LAST, '') : undefined
}

const C1 = /[\x80-\x9f]/g
const WINDOWS_1252 = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ'

/** Control characters that are Windows-1252's dashes and quotes, read by their numbers: the text meant, else undefined. */
export function withoutC1(text: string): string | undefined {
  if (text.search(C1) < 0) return undefined
  const meant = text.replace(C1, (sign) => WINDOWS_1252[sign.charCodeAt(0) - 0x80] as string)
  return meant.search(C1) < 0 ? meant : undefined
}
