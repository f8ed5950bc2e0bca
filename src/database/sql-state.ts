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

/** Somebody else was first: what may be there once only is there already, or what is referred to is gone. */
export function isTooLate(error: unknown): boolean {
  return ['23505', '23503'].includes(sqlState(error))
}

/** There is no room left for PostgreSQL's files. */
export function isFull(error: unknown): boolean {
  return sqlState(error) === '53100'
}

/** PostgreSQL was killed, and what it had taken without having it on its disk yet went with it. */
export class WritesLost extends Error {
  override name = 'WritesLost'
}

/**
 * The database is away, full, busy or lets nobody in: the same work will go through once that is over. Deadlocks and
 * serialization failures, locks not given in time, and a standby that only reads, are such states too.
 */
export function isOutage(error: unknown): boolean {
  if (error instanceof WritesLost || OUTAGE.test(sqlState(error))) return true
  return error instanceof Error && /connection|timeout exceeded when trying to connect/i.test(error.message)
}

/** An outage in which the answer was lost too: nobody knows whether what was asked for, a commit say, was done. */
export function isUndecided(error: unknown): boolean {
  return isOutage(error) && !(error instanceof WritesLost) && !/^(?:25|28|3D|40|53|55)/.test(sqlState(error))
}

// The first are classes of codes (connection, sign-in, resources, state, operator, system), then come single codes and
// those of the network.
const OUTAGE =
  /^(?:(?:08|28|40|53|57P|58)\w+|55000|55P03|25006|25P03|3D000|E(?:AI_AGAIN|CONNREFUSED|CONNRESET|CONNABORTED|PIPE|TIMEDOUT|HOSTUNREACH|NETUNREACH|HOSTDOWN|NOTFOUND|NOSPC|MFILE))$/
