import type { Random } from '../../src/demo/random.ts'
import type { Stand } from './stand.ts'

/** The stage of an upload in which a fault strikes. */
export type Stage = 'receiving' | 'checking' | 'applying' | 'mailing'

/** One thing that goes wrong around an upload that changes everyone, and what is to be seen of it. */
export type Fault = {
  name: string
  during: Stage
  /** Fast enough for the slice that runs with every `npm test`. */
  quick?: true
  /** What this machine lacks to show it: then it is left out, visibly. */
  missing?: () => Promise<string | undefined>
  /** `/readyz` while it lasts, and what is heard by somebody who sends a file then. `/livez` is 200 throughout. */
  meanwhile: { readyz: 200 | 503; sending: 202 | 503 | 507 }
  /** Brings it about. */
  strike(stand: Stand, chance: Random): Promise<unknown>
  /** What else has to be so while it lasts. */
  look?(stand: Stand, uploadId: number): Promise<unknown>
  /** Ends it, from outside: nobody helps Muster. */
  heal(stand: Stand): Promise<unknown>
}

/** Faults that are shown on the same processes, one after the other. */
export type Family = { name: string; open: () => Promise<Stand>; faults: readonly Fault[] }
