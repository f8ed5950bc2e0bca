import type { HistoryEntry } from '../../changes/history/history.ts'
import { link } from '../link.ts'
import { type ChangeView, changeView } from './change-view.ts'

/** What one row, or one edit, changed on an account. */
type Event = {
  at: Date
  by: string
  created: boolean
  changes: ChangeView[]
  source: { words: string; href: string | null } | null
}

/** The entries of an account's history, those of one change together. */
export function timeline(entries: readonly HistoryEntry[]): Event[] {
  const events: { key: string; event: Event }[] = []
  for (const entry of entries) {
    const key = `${entry.at.getTime()} ${entry.by} ${entry.kind} ${entry.changeSet} ${entry.filename} ${entry.row}`
    const last = events.at(-1)
    const event = last?.key === key ? last.event : begin(entry)
    if (event !== last?.event) events.push({ key, event })
    if (entry.field === 'account') event.created = true
    else event.changes.push(changeView(entry))
  }
  return events.map(({ event }) => event)
}

function begin({ at, by, kind, changeSet, filename, row, upload }: HistoryEntry): Event {
  return {
    at,
    by,
    created: false,
    changes: [],
    source:
      filename === null || row === null
        ? sourceOf(kind, changeSet)
        : { words: `row ${row} of ${filename}`, href: upload === null ? null : rowOf(upload, row) },
  }
}

function sourceOf(kind: HistoryEntry['kind'], changeSet: number | null): Event['source'] {
  if (kind === 'upload') return null
  const words = kind === 'undo' ? 'taking a change back' : `an ${kind}`
  return { words, href: changeSet === null ? null : `/changes/${changeSet}` }
}

/** The upload's page, beginning with that row. */
function rowOf(upload: number, row: number): string {
  return `${link(`/uploads/${upload}`, { after: row - 1 })}#rows`
}
