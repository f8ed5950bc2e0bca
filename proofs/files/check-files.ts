import { corporaFiles, corporaPlace, type Sending } from './corpora.ts'
import { TooSlow } from './fault.ts'
import type { Listening } from './listen.ts'
import { mutant } from './mutants.ts'
import { type Outcome, sendFile } from './send-file.ts'
import { isWorkbook, workbookMutant } from './workbook-mutants.ts'

/** What a run may have taken of memory at its most: web, worker and this proof together, as the system counts it. */
export const MOST_MEMORY_MB = 1024

export type FilesCheck = {
  /** How many files of the corpora there are to send, and that in words. */
  corpora: { count: number; words: string }
  /**
   * Sends a file: the seeds below `corpora.count` are the corpora's files, one after another, all others mutants of the
   * examples. @throws Error where it isn't read as a careful person would, nor refused
   */
  check(to: Listening, seed: number): Promise<Record<string, number>>
}

export function filesCheck(): FilesCheck {
  const others = corporaFiles()
  const { length: count } = others
  return {
    corpora: {
      count,
      words:
        count > 0
          ? `${count.toLocaleString('en-GB')} files of the corpora`
          : `0 files of the corpora: skipped, since ${corporaPlace()} is not there`,
    },
    check: async (to, seed) => {
      const other = others[seed]
      const made = isWorkbook(seed) ? () => workbookMutant(seed) : () => mutant(seed)
      const { kind, ...sending } = other ? { kind: 'files of the corpora', ...other() } : await made()
      return checkSending(to, sending, seed % 4 === 0, kind)
    },
  }
}

async function checkSending(
  to: Listening,
  sending: Sending,
  asForm: boolean,
  kind: string,
): Promise<Record<string, number>> {
  let again = 0
  const outcome = await sendFile(to, sending, asForm).catch((error) => {
    if (!(error instanceof TooSlow)) throw error
    again = 1
    return sendFile(to, sending, asForm)
  })
  const faults = sending.faults(outcome)
  if (faults.length > 0) throw new Error([sending.name, ...faults].join('\n  '))
  const of = sending.sentAs ? 'of the workbooks' : 'of them'
  return { [kind]: 1, [`became ${of}: ${became(outcome)}`]: 1, 'sent again after ten seconds': again }
}

function became(outcome: Outcome): string {
  if (outcome.kind === 'read') return 'read'
  return outcome.kind === 'refused' ? `refused when sent, ${outcome.code}` : `refused, ${outcome.code}`
}

/** The most memory that this process has had, in megabytes. */
export function peakMemoryMb(): number {
  return Math.round(process.resourceUsage().maxRSS / 1024)
}
