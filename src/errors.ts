/** What a caller can get wrong. Each door turns them into its own answer, once; anything else is a bug. */

/** There is no such thing, or it is outside the actor's scope: the two are never told apart. */
export class NotFound extends Error {
  override name = 'NotFound'
}

/** The actor may see the thing but not do this with it. */
export class Forbidden extends Error {
  override name = 'Forbidden'
}

/** The thing's state doesn't allow this (any more). */
export class Conflict extends Error {
  override name = 'Conflict'
}

/** It was there, and has been removed for good: a file whose days are over. */
export class Gone extends Error {
  override name = 'Gone'
}

/** What was sent can't be used. `field` names the form field or parameter; `code` is stable for scripts, `retryAfter` in seconds. */
export class InvalidInput extends Error {
  override name = 'InvalidInput'
  readonly field: string | undefined
  readonly code: string
  readonly retryAfter: number | undefined
  /** What else is wrong, where several things are. */
  readonly others: readonly InvalidInput[]

  constructor(
    message: string,
    options: { field?: string; code?: string; retryAfter?: number; others?: readonly InvalidInput[] } = {},
  ) {
    super(message)
    this.field = options.field
    this.code = options.code ?? 'invalid-input'
    this.retryAfter = options.retryAfter
    this.others = options.others ?? []
  }
}

/**
 * Does all of these, so that a person hears of all that is wrong at once.
 * @throws the first InvalidInput that one of them throws, with those of the others in it; any other error at once
 */
export function refuseTogether(...checks: readonly (() => unknown)[]): void {
  refuseAll(
    checks.flatMap((check) => {
      try {
        check()
        return []
      } catch (error) {
        return mistakesIn(error)
      }
    }),
  )
}

/** As `refuseTogether`, of what has to be waited for: one after the other. */
export async function refuseTogetherInTurn(...checks: readonly (() => Promise<unknown>)[]): Promise<void> {
  const wrong: InvalidInput[] = []
  for (const check of checks) {
    try {
      await check()
    } catch (error) {
      wrong.push(...mistakesIn(error))
    }
  }
  refuseAll(wrong)
}

function mistakesIn(error: unknown): InvalidInput[] {
  if (error instanceof InvalidInput) return [error, ...error.others]
  throw error
}

function refuseAll([first, ...others]: readonly InvalidInput[]): void {
  if (first === undefined) return
  const { message, field, code } = first
  throw new InvalidInput(message, { ...(field === undefined ? {} : { field }), code, others })
}
