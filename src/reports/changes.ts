import { wasWritten } from '../changes/change.ts'
import { KINDS, type Kind } from '../changes/kinds.ts'
import type { Transaction } from '../database/open.ts'
import { resultWord } from '../results/result-words.ts'
import { linesOf } from './change-lines.ts'
import { type Asked, barsOf, type Measures, type Page, type PageFrom, type Report } from './report.ts'
import { type ChangePlace, type Chunk, countChanges, selectChanges, selectChunks } from './store-changes.ts'

/** What was written to accounts in a period: a row for each field that was changed, and one for each account made. */
export const CHANGES_REPORT: Report = {
  kind: 'changes',
  title: 'Changes in a period',
  question:
    'Which accounts were made and changed, by whom, when, and by which file or action? One row for each field, with its value before and after.',
  fileName: 'changes',
  needs: 'read-uploads',
  takes: ['from', 'to', 'through', 'administrator', 'person', 'field'],
  usualDays: 28,
  counted: ['change', 'changes'],
  columns: [
    { heading: 'ChangedOn', onPage: 'When', isTime: true },
    { heading: 'ChangedBy', onPage: 'By' },
    { heading: 'Kind' },
    { heading: 'Change' },
    { heading: 'Source', onPage: 'Through', leads: { to: '/changes/', by: 'Change' } },
    { heading: 'Row' },
    { heading: 'ID' },
    { heading: 'LocalID', onPage: 'Local ID' },
    { heading: 'DisplayName', onPage: 'Name', leads: { to: '/accounts/', by: 'ID' } },
    { heading: 'Result', onPage: 'Result' },
    { heading: 'Field', onPage: 'Field' },
    { heading: 'ValueBefore', onPage: 'Before' },
    { heading: 'ValueAfter', onPage: 'After' },
  ],
  measure,
  page,
}

/** Rows of sets that are looked through at once for the few that are asked for. */
const MOST_SOUGHT = 20_000

/** The newest first. */
async function page(tx: Transaction, asked: Asked, { after, limit }: PageFrom): Promise<Page> {
  const { field, person } = asked.parameters
  const from = after === null ? null : placeOf(after)
  if (from === undefined) return { rows: [], records: 0, next: null }
  const isSought = field !== undefined || person !== undefined
  const { chunks, isAll } = await selectChunks(tx, asked, { from, rows: isSought ? MOST_SOUGHT : limit })
  const lastChunk = chunks.at(-1)
  if (lastChunk === undefined) return { rows: [], records: 0, next: null }
  const changes = await selectChanges(tx, asked, { chunks, from, limit })
  const last = changes.at(-1)
  const next = changes.length === limit && last ? last.place : isAll ? null : endOf(lastChunk)
  return {
    rows: changes.flatMap((change) => linesOf(change, asked)),
    records: changes.length,
    next: next === null ? null : `${next.changeSetId}.${next.fromRow}.${next.row}`,
  }
}

/** Behind all of its rows. */
function endOf({ changeSetId, fromRow }: Chunk): ChangePlace {
  return { changeSetId, fromRow, row: fromRow }
}

function placeOf(text: string): ChangePlace | undefined {
  const [, changeSetId, fromRow, row] = /^(\d{1,15})\.(\d{1,9})\.(\d{1,9})$/.exec(text) ?? []
  if (row === undefined) return undefined
  return { changeSetId: Number(changeSetId), fromRow: Number(fromRow), row: Number(row) }
}

async function measure(tx: Transaction, asked: Asked): Promise<Measures> {
  const counts = (await countChanges(tx, asked)).filter(({ result }) => wasWritten(result))
  const sumBy = <Key extends 'kind' | 'by' | 'word'>(key: Key) => {
    const sums = Map.groupBy(
      counts.map((count) => ({ ...count, word: resultWord(count.result, count.kind) })),
      (count) => count[key],
    )
    return [...sums]
      .map(([name, rows]) => ({ name, value: rows.reduce((sum, { changes }) => sum + changes, 0) }))
      .sort((one, other) => other.value - one.value)
  }
  return {
    total: counts.reduce((sum, { changes }) => sum + changes, 0),
    figures: sumBy('word').map(({ name, value }) => ({ label: `Accounts: ${name.toLowerCase()}`, value })),
    pictures: [
      {
        ...{ kind: 'bars', caption: 'Changes by what made them', counts: 'Changes' },
        bars: barsOf(sumBy('kind').map(({ name, value }) => ({ label: kindWord(name), value }))),
      },
      {
        ...{ kind: 'bars', caption: 'Changes by who confirmed them', counts: 'Changes' },
        bars: barsOf(sumBy('by').map(({ name, value }) => ({ label: name, value }))).slice(0, MOST_BARS),
      },
    ],
  }
}

const MOST_BARS = 10

/** What made a change, as files and pages name it. */
function kindWord(kind: Kind): string {
  const { noun } = KINDS[kind]
  return `${noun[0]?.toUpperCase()}${noun.slice(1)}`
}
