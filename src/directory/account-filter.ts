import { InvalidInput } from '../errors.ts'
import type { AccountStatus, MailboxType } from './account.ts'
import type { PersonField } from './fields.ts'

/** Which accounts are meant: what a list shows of them, and whom an action on “all that match” reaches. It can be stored as JSON. */
export type AccountFilter = {
  /** Exactly this one, without regard to case. */
  localId?: string
  /** Words, each of which must be found: in names, local ID, addresses, job, department or numbers. */
  search?: string
  /** When left out: all but the deleted ones. */
  status?: AccountStatus | readonly AccountStatus[]
  type?: MailboxType
  site?: string
  unit?: string
  /** A day, as 2026-11-30 or 30/11/2026: whoever was changed on it or later. */
  changedSince?: string
  /** Only those that have no local ID, or only those that have one. */
  hasLocalId?: boolean
  /** Only those of whom at least one of these isn't known. */
  missing?: readonly MissableField[]
  /** Only those that are hidden from the directory, or only those that aren't. */
  hidden?: boolean
  /** Only those of whom something becomes by itself within so many days, or those that its organisation is told ahead. */
  dueWithin?: number | 'announced'
  /** An upload's ID: whoever its file doesn't name. */
  notInUpload?: number
}

/** What should be known of everybody who is there. */
export const MISSABLE_FIELDS = ['mobile', 'jobTitle', 'site'] as const satisfies PersonField[]

export type MissableField = (typeof MISSABLE_FIELDS)[number]

/** The statuses of people who are there: neither leavers nor deleted. */
export const PRESENT_STATUSES = ['Pending', 'Active', 'Disabled'] as const satisfies AccountStatus[]

/**
 * A day as people and programs write it, as 2026-11-30.
 * @throws InvalidInput for what is no day of the calendar
 */
export function dayOf(text: string): string {
  const [, day = '', month = '', ofYear] = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/.exec(text.trim()) ?? []
  const iso = ofYear ? `${ofYear}-${month.padStart(2, '0')}-${day.padStart(2, '0')}` : text.trim()
  if (/^[12]\d{3}-\d\d-\d\d$/.test(iso) && isOfCalendar(iso)) return iso
  throw new InvalidInput(`“${text}” is not a date. Write it as 30/11/2026 or 2026-11-30.`, {
    field: 'changedSince',
  })
}

function isOfCalendar(iso: string): boolean {
  const time = Date.parse(`${iso}T00:00:00Z`)
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(iso)
}
