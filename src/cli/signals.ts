import { constants } from 'node:os'

// Ctrl-C under npm arrives twice within a moment: from the terminal, and from npm, which passes its own on.
const ECHO_MS = 500

/**
 * Resolves at the first SIGINT or SIGTERM. From then on a second one ends the process at once: nothing is lost by it,
 * since the next start takes up what was left.
 */
export function untilStopped(): Promise<void> {
  return new Promise((resolve) => {
    let first: number | undefined
    const stop = (signal: 'SIGINT' | 'SIGTERM') => {
      if (first !== undefined && performance.now() - first > ECHO_MS)
        process.exit(128 + constants.signals[signal])
      first ??= performance.now()
      resolve()
    }
    process.on('SIGINT', stop)
    process.on('SIGTERM', stop)
  })
}
