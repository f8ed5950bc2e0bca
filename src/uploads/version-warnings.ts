import type { Counts } from '../changes/change-set.ts'
import { number } from '../words.ts'
import type { FileWarning } from './upload.ts'

/** What is to be said of a file as a whole about what others have changed since it was made. */
export function versionWarnings(cellsLeft: number, { warnings }: Counts): FileWarning[] {
  return [...leftAsChanged(cellsLeft), ...setBack(warnings['sets-back'] ?? 0)]
}

function leftAsChanged(cells: number): FileWarning[] {
  if (cells === 0) return []
  const which =
    cells === 1
      ? '1 cell was left as others have changed it'
      : `${number(cells)} cells were left as others have changed them`
  return [{ code: 'left-as-changed', message: `${which} since your download.`, count: cells }]
}

function setBack(rows: number): FileWarning[] {
  if (rows === 0) return []
  const which =
    rows === 1
      ? '1 row would set back what somebody has changed: it says'
      : `${number(rows)} rows would set back what somebody has changed: each says`
  const message = `${which} who, and when. In an export with its column Version, cells that nobody has touched are told from those that somebody has.`
  return [{ code: 'sets-back', message, count: rows }]
}
