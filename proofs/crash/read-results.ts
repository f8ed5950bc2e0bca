import { parse } from 'csv-parse/sync'
import type { Sending } from './story.ts'

/** A row of a results file: whom it is about, and its one outcome. */
export type ResultRow = { localId: string; jobTitle: string; outcome: string }

const OUTCOMES = ['Updated', 'Created', 'No change', 'Failed']

/**
 * Reads a results file with another reader than ours, and holds it against the file that was sent: every row is there
 * with its cells, and has one outcome.
 * @returns the outcomes by row number
 */
export function readResults(sent: Sending, results: string, faults: string[]): Map<number, ResultRow> {
  const records = parse(results, { bom: true, relax_column_count: true }) as string[][]
  const outcomes = new Map<number, ResultRow>()
  const lines = sent.file.split('\n').length
  if (records.length !== lines) faults.push(`${records.length} lines of ${lines} in a results file`)
  records.forEach(([localId = '', , , jobTitle = '', outcome = ''], at) => {
    const row = at + 1
    const wanted = sent.rows.get(row)
    if (at === 0) return
    if (wanted === undefined) {
      if (localId + outcome !== '') faults.push(`row ${row} was blank, and is “${localId} ${outcome}”`)
    } else if (wanted.localId !== localId || wanted.jobTitle !== jobTitle) {
      faults.push(`row ${row} was about ${wanted.localId}, and is about ${localId}`)
    } else if (!OUTCOMES.includes(outcome)) {
      faults.push(`row ${row}, about ${localId}, has the outcome “${outcome}”`)
    } else {
      outcomes.set(row, { localId, jobTitle, outcome })
    }
  })
  return outcomes
}
