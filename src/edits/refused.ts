import type { FieldValues } from '../changes/change.ts'
import type { FieldName, FieldValue } from '../directory/fields.ts'
import { Conflict } from '../errors.ts'

/** What is wrong with one field that was given. */
export type FieldProblem = {
  field: string
  /** Stable, for scripts. */
  code: string
  message: string
}

/** What is wanted of an account can't be: every field that is at fault, at once. Nothing was changed. */
export class ValuesRefused extends Error {
  override name = 'ValuesRefused'
  readonly problems: readonly FieldProblem[]

  constructor(problems: readonly FieldProblem[]) {
    super(problems.map(({ message }) => message).join(' '))
    this.problems = problems
  }
}

/** A field that two people changed, each to something else. */
export type FieldConflict = {
  field: FieldName
  /** At the version that the editor began with. */
  base: FieldValue
  yours: FieldValue
  theirs: FieldValue
  /** Who changed it meanwhile, and when; null where nobody can be told. */
  by: string | null
  at: Date | null
}

/** Somebody else changed the same fields meanwhile. Nothing was changed. */
export class ChangedMeanwhile extends Error {
  override name = 'ChangedMeanwhile'
  readonly conflicts: readonly FieldConflict[]
  /** The account's version now: saved against it, yours take the place of theirs. */
  readonly version: number
  /** All fields as they would then be: yours where you changed them, else as they are now. */
  readonly values: FieldValues

  constructor(conflicts: readonly FieldConflict[], now: { version: number; values: FieldValues }) {
    super('Somebody else changed the same fields meanwhile, so nothing was saved.')
    this.conflicts = conflicts
    this.version = now.version
    this.values = now.values
  }
}

/** The person who would be added is probably there already. Nobody was added. */
export class LooksLikeSomebody extends Error {
  override name = 'LooksLikeSomebody'
  readonly accountId: number

  /** @param message who it is, and why */
  constructor(message: string, accountId: number) {
    super(message)
    this.accountId = accountId
  }
}

/**
 * Somebody else wrote, since this was planned, what it was planned with. Nothing was changed: planned anew, it goes
 * through, or is refused in words of its own.
 */
export class Overtaken extends Conflict {
  override name = 'Overtaken'
}
