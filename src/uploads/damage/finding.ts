import type { Damage } from '../../changes/plan/wanted.ts'
import type { Fault } from '../../directory/fault.ts'
import type { CellValue } from '../cell-rules.ts'

/** What is doubtful about a cell: data until the account is known, which may settle it. */
export type Finding = {
  /** Null where something is wrong only if the account proves it. */
  fault: Fault<CellValue | null> | null
  /** What it is read as, where there is no error. Absent: as an empty cell. */
  reading?: CellValue | null
  damage?: Damage
  /** Of a local ID: such as may have been meant. */
  meant?: readonly string[]
  /** Whether the account's value says the same in other words, so that it is kept. */
  isSame?: (value: string) => boolean
}

export function isFinding(read: CellValue | null | Finding | undefined): read is Finding {
  return typeof read === 'object' && read !== null
}
