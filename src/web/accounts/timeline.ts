import { isDeepStrictEqual } from 'node:util'
import { titleOfDeed } from '../../changes/bulk-actions.ts'
import type { HistoryEntry } from '../../changes/history/history.ts'
import { link } from '../link.ts'
import { type ChangeView, changeView } from './change-view.ts'

/** What one row, or one edit, changed on an account. */
type Event = {
  at: Date
  by: string
  created: boolean
  /** Who took all of it back; null where nobody did, or only some of it. */
  takenBack: TakenBack | null
  changes: (ChangeView & { takenBack: TakenBack | null })[]
  source: { words: string; href: string | null } | null
}

type Entries = [HistoryEntry, ...HistoryEntry[]]

type TakenBack = { by: string; at: Date; href: string | null }

/** The entries of an account's history, those of one change together. */
export function timeline(entries: readonly HistoryEntry[]): Event[] {
  const together: { key: string; entries: Entries }[] = []
  for (const entry of entries) {
    const key = `${entry.at.getTime()} ${entry.by} ${entry.kind} ${entry.changeSet} ${entry.filename} ${entry.row}`
    const last = together.at(-1)
    if (last?.key === key) last.entries.push(entry)
    else together.push({ key, entries: [entry] })
  }
  return together.map((change) => eventOf(change.entries))
}

function eventOf(entries: Entries): Event {
  const [first] = entries
  const { at, by, filename, row, upload } = first
  const whole = entries.every(({ takenBack }) => isDeepStrictEqual(takenBack, first.takenBack))
  return {
    at,
    by,
    created: entries.some(({ field }) => field === 'account'),
    takenBack: whole ? takenBackOf(first) : null,
    changes: entries
      .filter(({ field }) => field !== 'account')
      .map((entry) => ({ ...changeView(entry), takenBack: whole ? null : takenBackOf(entry) })),
    source:
      filename === null || row === null
        ? sourceOf(first)
        : { words: `row ${row} of ${filename}`, href: upload === null ? null : rowOf(upload, row) },
  }
}

function takenBackOf({ takenBack }: HistoryEntry): TakenBack | null {
  if (takenBack === null) return null
  const { by, at, changeSet } = takenBack
  return { by, at, href: changeSet === null ? null : `/changes/${changeSet}` }
}

function sourceOf({ kind, changeSet, deed }: HistoryEntry): Event['source'] {
  if (kind === 'upload') return null
  const words = deed ? `“${titleOfDeed(deed)}”` : WORDS[kind]
  return { words, href: changeSet === null ? null : `/changes/${changeSet}` }
}

const WORDS = {
  upload: 'an upload',
  edit: 'an edit',
  action: 'an action',
  transfer: 'a transfer',
  lifecycle: 'a daily step',
  undo: 'taking a change back',
} as const satisfies Record<HistoryEntry['kind'], string>

/** The upload's page, beginning with that row. */
function rowOf(upload: number, row: number): string {
  return `${link(`/uploads/${upload}`, { after: row - 1 })}#rows`
}
