import { parse } from 'csv-parse/sync'

/** A row of an undo's results file: what became of the job title that it was to take back, or of the whole account. */
export type UndoneRow = {
  row: number
  localId: string
  after: string | null
  result: UndoResult
  detail: string
}

const RESULTS = ['Taken back', 'Withdrawn', 'Kept', 'No change'] as const

type UndoResult = (typeof RESULTS)[number]

/**
 * Reads an undo's results file, with another reader than ours: one result for each row, whatever lines it has.
 * @throws Error for a file that can't be read so
 */
export function readUndo(results: string): Map<number, UndoneRow> {
  const lines = parse(results, { bom: true, columns: true }) as Record<string, string>[]
  const rows = new Map<number, UndoneRow>()
  for (const { Row, LocalID = '', Field, ValueAfter, Result, ResultDetail = '' } of lines) {
    const result = RESULTS.find((word) => word === Result)
    if (!result) throw new Error(`row ${Row} of an undo has the result “${Result}”`)
    const row = Number(Row)
    const isTitle = Field === 'Job title'
    if (!isTitle && Field !== '' && result !== 'Withdrawn')
      throw new Error(`row ${Row} of an undo has ${Field}`)
    const before = rows.get(row)
    if (before && before.result !== result) throw new Error(`row ${Row} of an undo has two results`)
    rows.set(row, {
      row,
      localId: LocalID,
      after: (isTitle && ValueAfter) || null,
      result,
      detail: ResultDetail,
    })
  }
  return rows
}
