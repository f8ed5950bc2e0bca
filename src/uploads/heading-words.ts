import { editDistance } from '../directory/edit-distance.ts'
import type { UploadColumn, UploadFormat } from './columns.ts'

/** No heading that is read is longer; to fold a megabyte of accents would take minutes. */
const MOST_FOLDED = 200

/** A heading as it is compared: without case, blanks, underscores, hyphens, colons and the like. */
export function foldHeading(word: string): string {
  return word
    .slice(0, MOST_FOLDED)
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '')
}

/**
 * What a heading means. A column is sure by our own words, and by what a person has said; by what others call it, and
 * where a remark stands beside it (`Local ID (payroll)`), it is a guess. `mayBeResult`: it is one of ours to the right of
 * another one.
 */
export type Meaning =
  | { column: UploadColumn; isSure: boolean; mayBeResult?: boolean }
  | 'password'
  | 'result'
  | undefined

export function meaningOf(word: string, format: UploadFormat): Meaning {
  const words = wordsOf(format)
  const key = foldHeading(word)
  const said = format.meanings?.get(key)
  const own = said === undefined ? words.own.get(key) : words.byName.get(said)
  if (namesPasswords(word, format) && !words.own.has(key)) return 'password'
  const mayBeResult = said === undefined && key === foldHeading(format.sharedHeading)
  if (own || said === null) return own && { column: own, isSure: true, mayBeResult }
  if (words.results.has(key)) return 'result'
  const bare = foldHeading(withoutRemark(word))
  const guess = words.usual.get(key) ?? words.own.get(bare) ?? words.usual.get(bare)
  return guess && { column: guess, isSure: false }
}

/** Whether a heading is that of a column of passwords. */
export function namesPasswords(word: string, format: UploadFormat): boolean {
  return format.isPassword(foldHeading(word)) || format.isPassword(word.toLowerCase())
}

/** How many of the words are headings of the format, whatever was said of them: shows which row holds the headings. */
export function countKnown(words: readonly string[], { meanings: _, ...format }: UploadFormat): number {
  const { own, usual } = wordsOf(format)
  const known = new Set<UploadColumn>()
  for (const word of words) {
    const key = foldHeading(word)
    const bare = key === '' ? '' : foldHeading(withoutRemark(word))
    const column = own.get(key) ?? usual.get(key) ?? own.get(bare) ?? usual.get(bare)
    if (column) known.add(column)
  }
  return known.size
}

/** The heading that was probably meant by one that isn't read: misspelt a little, or with more words around it. */
export function nearestHeading(word: string, format: UploadFormat): string | undefined {
  const key = foldHeading(word).slice(0, MOST_COMPARED)
  const { own, usual } = wordsOf(format)
  const same = own.get(key) ?? usual.get(key)
  if (same || key.length < FEWEST_LETTERS) return same?.heading
  let nearest: { heading: string; distance: number } | undefined
  for (const column of format.columns) {
    for (const known of [column.heading, ...column.aliases, ...column.usualWords].map(foldHeading)) {
      const most = Math.min(MOST_SLIPS, Math.floor(Math.min(known.length, key.length) / LETTERS_A_SLIP))
      const isInside = known.length >= FEWEST_INSIDE && key.includes(known)
      const distance = isInside ? most : most < 1 ? 1 : editDistance(key, known)
      if (distance > most || distance >= (nearest?.distance ?? Number.POSITIVE_INFINITY)) continue
      nearest = { heading: column.heading, distance }
    }
  }
  return nearest?.heading
}

const MOST_COMPARED = 60
const FEWEST_LETTERS = 4
const FEWEST_INSIDE = 7
const LETTERS_A_SLIP = 4
const MOST_SLIPS = 2

/** `Local ID (payroll)`, `Mobile [work]`: the heading without what stands in brackets. */
function withoutRemark(word: string): string {
  return word.slice(0, MOST_FOLDED).replace(/\([^()]*\)|\[[^[\]]*\]/g, ' ')
}

type Words = {
  own: Map<string, UploadColumn>
  usual: Map<string, UploadColumn>
  byName: Map<string | null, UploadColumn>
  results: Set<string>
}

const WORDS = new WeakMap<readonly UploadColumn[], Words>()

/** Made once a format: files of a thousand columns and rows that may be headings ask for them often. */
function wordsOf({ columns, resultHeadings, problemHeading }: UploadFormat): Words {
  const known = WORDS.get(columns)
  if (known) return known
  const words: Words = {
    own: byWord(columns, ({ heading, aliases }) => [heading, ...aliases]),
    usual: byWord(columns, ({ usualWords }) => usualWords),
    byName: new Map(columns.map((column) => [column.name, column])),
    results: new Set([...resultHeadings, problemHeading].map(foldHeading)),
  }
  WORDS.set(columns, words)
  return words
}

function byWord(
  columns: readonly UploadColumn[],
  words: (column: UploadColumn) => readonly string[],
): Map<string, UploadColumn> {
  return new Map(
    columns.flatMap((column) => words(column).map((word) => [foldHeading(word), column] as const)),
  )
}
