import { parse } from 'csv-parse/sync'
import type { Sending } from './story.ts'

/** A row of a results file: whom it is about, and its one outcome. */
export type ResultRow = { localId: string; jobTitle: string; outcome: Outcome; detail: string }

export const OUTCOMES = ['Updated', 'Created', 'No change', 'Failed'] as const

export type Outcome = (typeof OUTCOMES)[number]

/**
 * Reads a results file with another reader than ours, and holds it against the file that was sent: every row is there
 * with its cells, and has one outcome.
 * @returns the outcomes by row number
 */
export function readResults(sent: Sending, results: string, faults: string[]): Map<number, ResultRow> {
  const [headings = [], ...records] = parse(results, { bom: true, relax_column_count: true }) as string[][]
  const [at, detailAt] = [headings.indexOf('Result'), headings.indexOf('ResultDetail')]
  const outcomes = new Map<number, ResultRow>()
  const lines = sent.file.split('\n').length
  if (records.length + 1 !== lines) faults.push(`${records.length + 1} lines of ${lines} in a results file`)
  for (const [index, cells] of records.entries()) {
    const row = index + 2
    const [localId = '', , , jobTitle = ''] = cells
    const outcome = cells[at] ?? ''
    const wanted = sent.rows.get(row)
    if (wanted === undefined) {
      if (localId + outcome !== '') faults.push(`row ${row} was blank, and is “${localId} ${outcome}”`)
    } else if (wanted.localId !== localId || wanted.jobTitle !== jobTitle) {
      faults.push(`row ${row} was about ${wanted.localId}, and is about ${localId}`)
    } else if (!isOutcome(outcome)) {
      faults.push(`row ${row}, about ${localId}, has the outcome “${outcome}”`)
    } else {
      outcomes.set(row, { localId, jobTitle, outcome, detail: cells[detailAt] ?? '' })
    }
  }
  return outcomes
}

function isOutcome(word: string): word is Outcome {
  return OUTCOMES.some((outcome) => outcome === word)
}
