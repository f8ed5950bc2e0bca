import type { Action } from '../access/permissions.ts'
import type { AccountStatus } from '../directory/account.ts'
import { type FieldValue, labelOf } from '../directory/fields.ts'
import { count } from '../words.ts'
import { shown } from './values.ts'

/** What is said of one, and of many. */
export type Words = readonly [one: string, many: string]

type BulkActionRules = {
  /** What one must be allowed to do it, and to take it back. */
  permission: Action
  /** The status that accounts get, and from which ones they may come; null where the status stays. */
  status: { to: AccountStatus; from: readonly AccountStatus[] } | null
  /** As lists and headings name it. */
  title: string
  /** As a person chooses it, for one or many. */
  choice: string
  /** The button, for so many accounts. */
  button: (accounts: number) => string
  will: Words
  did: Words
}

/** What can be done with many accounts at once: one row an action, and all that is particular to it. */
export const BULK_ACTIONS = {
  disable: {
    permission: 'change-status',
    status: { to: 'Disabled', from: ['Active', 'Pending'] },
    title: 'Disable accounts',
    choice: 'Disable',
    button: (accounts) => `Disable ${count(accounts, 'account')}`,
    will: ['account will be disabled', 'accounts will be disabled'],
    did: ['account disabled', 'accounts disabled'],
  },
  enable: {
    permission: 'change-status',
    status: { to: 'Active', from: ['Disabled', 'Pending'] },
    title: 'Enable accounts',
    choice: 'Enable',
    button: (accounts) => `Enable ${count(accounts, 'account')}`,
    will: ['account will be enabled', 'accounts will be enabled'],
    did: ['account enabled', 'accounts enabled'],
  },
  leaver: {
    permission: 'change-accounts',
    status: { to: 'Leaver', from: ['Active', 'Disabled', 'Pending'] },
    title: 'Mark as leavers',
    choice: 'Mark as leaver',
    button: (accounts) =>
      accounts === 1 ? 'Mark 1 person as a leaver' : `Mark ${count(accounts, 'person', 'people')} as leavers`,
    will: ['person will be marked as a leaver', 'people will be marked as leavers'],
    did: ['person marked as a leaver', 'people marked as leavers'],
  },
  restore: {
    permission: 'change-accounts',
    status: { to: 'Active', from: ['Leaver', 'Deleted'] },
    title: 'Restore accounts',
    choice: 'Restore',
    button: (accounts) => `Restore ${count(accounts, 'account')}`,
    will: ['account will be restored', 'accounts will be restored'],
    did: ['account restored', 'accounts restored'],
  },
  delete: {
    permission: 'delete-accounts',
    status: { to: 'Deleted', from: ['Active', 'Disabled', 'Pending', 'Leaver'] },
    title: 'Delete accounts',
    choice: 'Delete',
    button: (accounts) => `Delete ${count(accounts, 'account')}`,
    will: ['account will be deleted', 'accounts will be deleted'],
    did: ['account deleted', 'accounts deleted'],
  },
  set: {
    permission: 'change-accounts',
    status: null,
    title: 'Change a field',
    choice: 'Change a field',
    button: (accounts) => `Change ${count(accounts, 'account')}`,
    will: ['account will be changed', 'accounts will be changed'],
    did: ['account changed', 'accounts changed'],
  },
} as const satisfies Record<string, BulkActionRules>

export type BulkAction = keyof typeof BULK_ACTIONS

export const BULK_ACTION_NAMES = Object.keys(BULK_ACTIONS) as [BulkAction, ...BulkAction[]]

/** What a bulk action does: `field` and `value` are of `set` alone, and null empties the field. */
export type Deed = { action: BulkAction; field?: string; value?: FieldValue }

/** As lists and headings name it: `Disable accounts`, `Change Job title to “Nurse”`. */
export function titleOfDeed({ action, field, value = null }: Deed): string {
  if (action !== 'set' || field === undefined) return BULK_ACTIONS[action].title
  return value === null ? `Empty ${labelOf(field)}` : `Change ${labelOf(field)} to ${shown(value)}`
}

/** What a plan would do to one account, and to many. */
export function willWords({ action, field, value = null }: Deed): Words {
  if (action !== 'set' || field === undefined) return BULK_ACTIONS[action].will
  const what = value === null ? 'emptied' : `changed to ${shown(value)}`
  return [
    `account will have its ${labelOf(field)} ${what}`,
    `accounts will have their ${labelOf(field)} ${what}`,
  ]
}
