/** PostgreSQL's five-character code of an error (SQLSTATE, appendix A of its manual), or '' when it has none. */
export function sqlState(error: unknown): string {
  return String((error as { code?: unknown } | null)?.code ?? '')
}

/** A deadlock or a serialization failure: the same transaction, tried again, goes through. */
export function isPassing(error: unknown): boolean {
  return ['40P01', '40001'].includes(sqlState(error))
}

/** PostgreSQL refuses the data itself: a value (class 22) or an integrity constraint (class 23). */
export function isRefusal(error: unknown): boolean {
  return /^2[23]/.test(sqlState(error))
}

/** The database is away, full or busy: the same work will go through once it is back. */
export function isOutage(error: unknown): boolean {
  const code = sqlState(error)
  if (/^(08|53|57P|58|25P03|E[A-Z]+$)/.test(code)) return true
  return error instanceof Error && /connection|timeout exceeded when trying to connect/i.test(error.message)
}
