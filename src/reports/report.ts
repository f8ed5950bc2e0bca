import type { Action } from '../access/permissions.ts'
import type { Transaction } from '../database/open.ts'
import type { AccountFilter } from '../directory/account-filter.ts'
import type { ParameterName, Parameters } from './parameters.ts'

/** A report's name in addresses, the API and the commands. */
export type ReportKind = string

/** A report as the registry holds it: page, API and command read nothing else of it. */
export type Report = {
  kind: ReportKind
  /** As pages name it. */
  title: string
  /** What it answers, in a sentence or two. */
  question: string
  /** What its files are called, before the organisation and the day. */
  fileName: string
  /** What one must be allowed where it is about. */
  needs: Action
  takes: readonly ParameterName[]
  /** How many days back its period goes when none is given. */
  usualDays?: number
  /** What one of its rows is, and many. */
  counted: readonly [one: string, many: string]
  columns: readonly Column[]
  measure(tx: Transaction, asked: Asked): Promise<Measures>
  page(tx: Transaction, asked: Asked, from: PageFrom): Promise<Page>
}

export type Column = {
  heading: string
  /** Its name where the page shows it; left out where only the file has it. */
  onPage?: string
  /** A time is written into files in ISO 8601 and in UTC, and shown on pages as people write it. */
  isTime?: boolean
  /** Where its value leads to on the page: an address, and the heading of the column whose value ends it. */
  leads?: { to: string; by: string }
}

/** A report that somebody asks for, of one organisation. */
export type Asked = {
  report: Report
  organisation: { id: number; code: string; name: string }
  parameters: Parameters
  /** Whom a list showed, where it is of those only. */
  filter: AccountFilter | null
}

/** After which place, a page's `next`; and how many records at most. */
export type PageFrom = { after: string | null; limit: number }

/** Rows in the order of the columns. `records` of what the report counts were read for them: one may be several rows. */
export type Page = { rows: string[][]; records: number; next: string | null }

/** How many records there are, what is to be said of them in numbers, and the pictures. */
export type Measures = { total: number; figures: Figure[]; pictures: Picture[] }

export type Figure = { label: string; value: number }

/** Numbers as bars beside each other, each with its share in percent; or as columns over time, in parts. */
export type Picture =
  | { kind: 'bars'; caption: string; counts: string; bars: Bar[] }
  | {
      kind: 'columns'
      caption: string
      over: string
      parts: string[]
      columns: { label: string; values: number[] }[]
    }

export type Bar = { label: string; value: number; share: number }

/** Bars whose shares are of the sum of all. */
export function barsOf(counts: readonly { label: string; value: number }[]): Bar[] {
  const all = counts.reduce((sum, { value }) => sum + value, 0)
  return counts.map((bar) => ({ ...bar, share: percent(bar.value, all) }))
}

/** Of a hundred, with one more digit, so that few aren't none. */
export function percent(part: number, whole: number): number {
  return whole === 0 ? 0 : Math.round((1000 * part) / whole) / 10
}

/** The number that a page's place is, where it is one; 0 for none and for what no page gave out. */
export function numberAfter({ after }: PageFrom): number {
  return after !== null && /^\d{1,15}$/.test(after) ? Number(after) : 0
}

/** ISO 8601 in UTC, so that a script needs no guess. */
export function toTheSecond(time: Date | null): string {
  return time === null ? '' : `${time.toISOString().slice(0, 19)}Z`
}
