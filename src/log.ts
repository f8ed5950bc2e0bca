import pino from 'pino'

export type Log = pino.Logger

/**
 * One JSON line an event. Never log a name, an address, a cell or a request's body: IDs, counts and durations tell an
 * operator enough, and the log is kept where the directory's rules don't reach.
 * @param to standard error for a command, whose standard output is its answer
 */
export function openLog(level: string, to: 'stdout' | 'stderr' = 'stdout'): Log {
  const options: pino.LoggerOptions = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: ['req.headers.authorization', 'req.headers.cookie', 'email', 'password'],
    serializers: { err: describeFault, req: () => undefined, res: () => undefined },
  }
  return pino(options, pino.destination({ dest: to === 'stdout' ? 1 : 2, sync: true }))
}

/**
 * An error as the log may keep it: what it is and where it arose. PostgreSQL's messages and those of parsers quote
 * what they stumbled over, which may be someone's name; so does a request's URL.
 */
export function describeFault(error: unknown): object {
  if (!(error instanceof Error)) return { name: typeof error }
  const { name, message, stack = '', cause } = error
  const { code, constraint, table, routine } = error as Error & Record<string, unknown>
  const quotes =
    typeof (error as { severity?: unknown }).severity === 'string' || error instanceof SyntaxError
  const frames = stack.indexOf('\n    at ')
  return {
    name,
    ...(quotes ? {} : { message }),
    ...Object.fromEntries(
      Object.entries({ code, constraint, table, routine }).filter(([, value]) => typeof value === 'string'),
    ),
    stack: frames === -1 ? '' : stack.slice(frames + 1),
    ...(cause === undefined ? {} : { cause: describeFault(cause) }),
  }
}
