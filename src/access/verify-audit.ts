import type { Portal } from '../portal.ts'
import { hashEntry } from './audit.ts'
import { type AuditHead, selectHead, selectStoredEntries } from './store-audit.ts'

/** What is wrong with the audit log: an entry that isn't what was written, or some that are gone. */
export type AuditFault = { kind: 'changed'; number: number } | { kind: 'missing'; from: number; to: number }

const PIECE = 1000
const MOST_FAULTS = 100

/**
 * Reads the whole audit log and works every hash out anew.
 * @param expected the number and hash of an entry, as an earlier check told them
 * @returns the last entry's number and hash, and what is wrong: at most a hundred faults
 */
export async function verifyAudit(
  portal: Portal,
  expected?: { number: number; hash: string },
): Promise<{ last: { number: number; hash: string }; faults: AuditFault[] }> {
  return portal.database.transaction('everything', async (tx) => {
    const head = (await selectHead(tx)) as AuditHead
    const faults: AuditFault[] = []
    let last: AuditHead = { number: 0, hash: Buffer.alloc(0) }
    for (;;) {
      const entries = await selectStoredEntries(tx, last.number, PIECE)
      for (const entry of entries) {
        if (entry.number !== last.number + 1)
          faults.push({ kind: 'missing', from: last.number + 1, to: entry.number - 1 })
        else if (!hashEntry(last.hash, entry).equals(entry.hash))
          faults.push({ kind: 'changed', number: entry.number })
        if (entry.number === expected?.number && entry.hash.toString('hex') !== expected.hash)
          faults.push({ kind: 'changed', number: entry.number })
        last = entry
      }
      if (entries.length === 0 || faults.length >= MOST_FAULTS) break
    }
    const end = Math.max(head.number, expected?.number ?? 0)
    if (faults.length < MOST_FAULTS && last.number < end)
      faults.push({ kind: 'missing', from: last.number + 1, to: end })
    else if (last.number === head.number && !last.hash.equals(head.hash))
      faults.push({ kind: 'changed', number: last.number })
    return {
      last: { number: last.number, hash: last.hash.toString('hex') },
      faults: faults.slice(0, MOST_FAULTS),
    }
  })
}
