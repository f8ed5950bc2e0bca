import pino from 'pino'

export type Log = pino.Logger

/**
 * One JSON line an event on stdout. Never log a name, an address, a cell or a request's body: IDs, counts and
 * durations tell an operator enough, and the log is kept where the directory's rules don't reach.
 */
export function openLog(level: string): Log {
  return pino({
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: ['req.headers.authorization', 'req.headers.cookie', 'email', 'password'],
  })
}
