import type { Sending } from './corpora.ts'
import type { Listening } from './listen.ts'
import { mutant } from './mutants.ts'
import { type Outcome, sendFile } from './send-file.ts'

/** What a run may have taken of memory at its most: web, worker and this proof together, as the system counts it. */
export const MOST_MEMORY_MB = 1024

/** Sends a mutant of the examples. @throws Error where it isn't read as a careful person would, nor refused */
export function checkMutant(to: Listening, seed: number): Promise<Record<string, number>> {
  const { kind, ...sending } = mutant(seed)
  return checkSending(to, sending, seed % 4 === 0, kind)
}

/** Sends one of the corpora's files. @throws Error as above */
export function checkOthers(to: Listening, sending: Sending, at: number): Promise<Record<string, number>> {
  return checkSending(to, sending, at % 4 === 0, 'files of the corpora')
}

async function checkSending(
  to: Listening,
  sending: Sending,
  asForm: boolean,
  kind: string,
): Promise<Record<string, number>> {
  const outcome = await sendFile(to, sending, asForm)
  const faults = sending.faults(outcome)
  if (faults.length > 0) throw new Error([sending.name, ...faults].join('\n  '))
  return { [kind]: 1, [`became of them: ${became(outcome)}`]: 1 }
}

function became(outcome: Outcome): string {
  if (outcome.kind === 'read') return 'read'
  return outcome.kind === 'refused' ? `refused when sent, ${outcome.code}` : `refused, ${outcome.code}`
}

/** The most memory that this process has had, in megabytes. */
export function peakMemoryMb(): number {
  return Math.round(process.resourceUsage().maxRSS / 1024)
}
