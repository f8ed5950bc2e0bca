import type { AppliedChange } from './find-history.ts'

/**
 * Who took a field of an applied change back, if that stands: an undo that was itself taken back took nothing back.
 * @param undos what undos wrote to the account, newest first
 * @param field a field that the change wrote, or `account` for its creation
 */
export function takenBackBy(
  undos: readonly AppliedChange[],
  { changeSetId, row }: AppliedChange,
  field: string,
): AppliedChange | null {
  const stands = (undo: AppliedChange) => takenBackBy(undos, undo, decidingField(undo, field)) === null
  return (
    undos.find(
      (undo) => undo.undoes === changeSetId && undo.row === row && tookBack(undo, field) && stands(undo),
    ) ?? null
  )
}

/** An account is withdrawn as a whole, with fields that the withdrawal doesn't name. */
function tookBack({ action, after, unwritten }: AppliedChange, field: string): boolean {
  return action === 'withdraw' || (field in after && !unwritten?.includes(field))
}

/** Whose going back tells that the undo of a field was itself taken back: a withdrawal goes by its status. */
function decidingField({ action }: AppliedChange, field: string): string {
  return action === 'withdraw' ? 'status' : field
}
