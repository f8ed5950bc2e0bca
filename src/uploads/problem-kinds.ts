import type { Problem } from '../changes/problem.ts'
import { quoted } from '../directory/fault.ts'

/** What the problems of many rows have in common. A number among the message's parts is a place in `PackedProblem`. */
export type ProblemKind = Pick<Problem, 'column' | 'code' | 'severity'> & { parts: (string | number)[] }

/** One row's problem: the number of its kind, what the cell holds, and whatever else of the message is the row's own. */
export type PackedProblem = [kind: number, value: string | null, ...words: string[]]

/** As it is stored: whole in rows that were checked before there were kinds, and where there would be too many. */
export type StoredProblem = PackedProblem | Problem

/** A file has a dozen kinds. More than this are made by nobody who means well, and would fill the memory. */
const MOST_KINDS = 1_000

/** Of one check: which kinds of problems there are, so that each sentence is stored once and not for every row. */
export type ProblemKinds = {
  /** @param names people of the directory whom the messages may name */
  pack(problems: readonly Problem[], names: readonly string[]): StoredProblem[]
  /** The number of a kind that the caller makes problems of. */
  numberOf(kind: ProblemKind): number
  /** Those that have come up since the last call, to be stored. */
  takeNew(): { number: number; kind: ProblemKind }[]
}

export function problemKinds(): ProblemKinds {
  const numbers = new Map<string, number>()
  let taken: { number: number; kind: ProblemKind }[] = []

  const numberOf = (kind: ProblemKind) => {
    const key = JSON.stringify(kind)
    let number = numbers.get(key)
    if (number === undefined) {
      number = numbers.size
      numbers.set(key, number)
      taken.push({ number, kind })
    }
    return number
  }

  const packOne = (problem: Problem, names: readonly string[]): StoredProblem => {
    const { kind, words } = takenApart(problem, names)
    if (numbers.size >= MOST_KINDS && !numbers.has(JSON.stringify(kind))) return problem
    return [numberOf(kind), problem.value, ...words]
  }

  return {
    pack: (problems, names) => problems.map((problem) => packOne(problem, names)),
    numberOf,
    takeNew: () => {
      const fresh = taken
      taken = []
      return fresh
    },
  }
}

/** @throws Error for a number that was never stored */
export function unpack(stored: StoredProblem, kinds: ReadonlyMap<number, ProblemKind>): Problem {
  if (!Array.isArray(stored)) return stored
  const [number, value] = stored
  const kind = kinds.get(number)
  if (!kind) throw new Error(`there is no kind ${number} of problem`)
  const { column, code, severity, parts } = kind
  const word = (place: number) => (place === VALUE ? quoted(value ?? '') : stored[place])
  const message = parts.map((part) => (typeof part === 'string' ? part : word(part))).join('')
  return { column, code, message, value, severity }
}

const VALUE = 1
const FIRST_WORD = 2

/** What differs from row to row: whatever stands in quotation marks, and numbers. */
const OWN_WORDS = /(“[^“”]*”|\d+)/

/** The message cut at the value, at people's names, and at whatever else is likely to be the row's own. */
function takenApart(
  { column, code, severity, message, value }: Problem,
  names: readonly string[],
): { kind: ProblemKind; words: string[] } {
  const words: string[] = []
  const placeOf = (word: string) => {
    const known = words.indexOf(word)
    return FIRST_WORD + (known >= 0 ? known : words.push(word) - 1)
  }
  let parts: ProblemKind['parts'] = [message]
  if (value !== null) parts = cutAt(quoted(value), () => VALUE, parts)
  for (const name of names) parts = cutAt(name, placeOf, parts)
  parts = parts.flatMap((part) =>
    typeof part === 'number'
      ? part
      : part.split(OWN_WORDS).map((piece, at) => (at % 2 === 1 ? placeOf(piece) : piece)),
  )
  return { kind: { column, code, severity, parts: parts.filter((part) => part !== '') }, words }
}

function cutAt(
  word: string,
  placeOf: (word: string) => number,
  parts: ProblemKind['parts'],
): ProblemKind['parts'] {
  return parts.flatMap((part) =>
    typeof part === 'number'
      ? part
      : part.split(word).flatMap((piece, at) => (at === 0 ? piece : [placeOf(word), piece])),
  )
}
