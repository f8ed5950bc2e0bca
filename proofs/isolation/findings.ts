import type { Mark } from './marks.ts'

/** What was found that shouldn't be. */
export type Finding = {
  kind: 'foreign bytes' | 'difference' | 'state' | 'fault'
  /** Who asked what, and where the identifier stood. */
  where: string
  what: string
}

/** What a run did and found. */
export type Tally = {
  requests: number
  probes: number
  cells: number
  files: number
  messages: number
  foreignBytes: number
  findings: Finding[]
  /** Places where an identifier of one's own led somewhere: there the request is right. */
  reached: Set<string>
  /** Marks that the proof itself gave to other organisations: a file's name, a cell. */
  given: Set<string>
}

export function openTally(): Tally {
  const counts = { requests: 0, probes: 0, cells: 0, files: 0, messages: 0, foreignBytes: 0 }
  return { ...counts, findings: [], reached: new Set(), given: new Set() }
}

export function noteForeign(tally: Tally, where: string, marks: readonly Mark[]): void {
  if (marks.length === 0) return
  tally.foreignBytes += marks.reduce((bytes, { text }) => bytes + text.length, 0)
  tally.findings.push({
    kind: 'foreign bytes',
    where,
    what: [...new Set(marks.map(({ text }) => text))].slice(0, 5).join(' '),
  })
}

export function noteDifference(tally: Tally, where: string, one: string, other: string): void {
  const [ones, others] = [one.split('\n'), other.split('\n')]
  const differ = ones.map((line, nth) => line !== others[nth])
  const inWords = differ.findIndex((differs, nth) => differs && !ones[nth]?.startsWith('content-length:'))
  const at = inWords < 0 ? differ.indexOf(true) : inWords
  const shown = (line: string | undefined) => (line ?? '').trim().slice(0, 160)
  tally.findings.push({ kind: 'difference', where, what: `“${shown(ones[at])}”, not “${shown(others[at])}”` })
}

/** How many of a kind. */
export function count({ findings }: Tally, kind: Finding['kind']): number {
  return findings.filter((finding) => finding.kind === kind).length
}
