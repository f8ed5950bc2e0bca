import { ConfigError } from '../config.ts'
import { SchemaTooNew } from '../database/migrate.ts'
import { Conflict, Forbidden, Gone, InvalidInput, NotFound } from '../errors.ts'

/** A command can't go on, for a reason that its user can do something about. */
export class Failure extends Error {
  override name = 'Failure'
  readonly exitCode: number

  constructor(message: string, options: { exitCode?: number; cause?: unknown } = {}) {
    super(message, { cause: options.cause })
    this.exitCode = options.exitCode ?? 1
  }
}

const SPEAK_FOR_THEMSELVES = [
  Failure,
  ConfigError,
  SchemaTooNew,
  NotFound,
  Forbidden,
  Conflict,
  Gone,
  InvalidInput,
]

/** What went wrong as a plain sentence; where it arose only for those who ask (LOG_LEVEL=debug). */
export function explain(error: unknown, debug: boolean): string {
  if (!(error instanceof Error)) return `Something went wrong: ${String(error)}`
  const known = SPEAK_FOR_THEMSELVES.some((kind) => error instanceof kind)
  const sentence = known || debug ? error.message : `Something went wrong: ${error.message || error.name}`
  if (debug)
    return `${sentence}\n${error.stack}${error.cause ? `\nCaused by: ${explain(error.cause, true)}` : ''}`
  return known ? sentence : `${sentence}\nLOG_LEVEL=debug shows where.`
}
