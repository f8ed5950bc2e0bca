import type { Stand } from './stand.ts'

/**
 * Where a fault strikes: before the file is sent, in the middle of its check, just before it is confirmed, in the
 * middle of its apply, or before its results are mailed.
 */
export type Stage = 'receiving' | 'checking' | 'confirming' | 'applying' | 'mailing'

/** One thing that goes wrong around an upload that changes everyone, and what is to be seen of it. */
export type Fault = {
  name: string
  during: Stage
  /** Fast enough for the slice that runs with every `npm test`. */
  quick?: boolean
  /** What this machine lacks to show it: then it is left out, visibly. */
  missing?: () => Promise<string | undefined>
  /**
   * `/readyz` while it lasts, and what somebody hears who sends a file then, of so many rows; `taken` where it may need
   * to be sent again. `/livez` is 200 throughout.
   */
  meanwhile: { readyz: 200 | 503; sending: 202 | 503 | 507 | 'taken'; rows?: number }
  /** Brings it about. */
  strike(stand: Stand): Promise<unknown>
  /** What else has to be so while it lasts. */
  look?(stand: Stand, uploadId: number): Promise<unknown>
  /** Ends it, from outside: nobody helps Muster. Left out where it ends by itself, or the upload has to live with it. */
  heal?(stand: Stand): Promise<unknown>
  /** Once all is well: what else has to be so then, and what is put away for the faults that follow. */
  after?(stand: Stand): Promise<unknown>
}

/** Faults that are shown on the same processes, one after the other. */
export type Family = { name: string; open: () => Promise<Stand>; faults: readonly Fault[] }
