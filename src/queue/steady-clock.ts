import type { Clock } from 'pg-boss'

/**
 * Time that only goes on, whatever the machine's clock is set to: the library's timers look at how late it is, and
 * would wait out a day by which the clock is put back. What is written into the database is PostgreSQL's time.
 */
export const steadyClock: Clock = {
  now: () => performance.timeOrigin + performance.now(),
  setTimeout: (work, milliseconds) => setTimeout(work, milliseconds),
  clearTimeout: (timer) => clearTimeout(timer as NodeJS.Timeout),
  setInterval: (work, milliseconds) => setInterval(work, milliseconds),
  clearInterval: (timer) => clearInterval(timer as NodeJS.Timeout),
}
