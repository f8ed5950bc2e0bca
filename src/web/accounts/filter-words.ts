import { ACCOUNT_STATUSES } from '../../directory/account.ts'
import type { AccountFilter } from '../../directory/account-filter.ts'
import { count, oneOrOther } from '../../words.ts'

const STATUS_WORDS = {
  Pending: 'pending',
  Active: 'active',
  Disabled: 'disabled',
  Leaver: 'leavers',
  Deleted: 'deleted',
  Withdrawn: 'withdrawn',
  Removed: 'removed',
} as const

/** Whom a list shows: “people with “smyth” who are pending, active or disabled, at the site Riverside Clinic”. */
export function filterWords(filter: AccountFilter): string {
  const {
    search,
    status = [],
    type,
    unit,
    site,
    changedSince,
    hasLocalId,
    hidden,
    dueWithin,
    notInUpload,
  } = filter
  const statuses = [status].flat()
  const isAny = statuses.length === 0 || statuses.length === ACCOUNT_STATUSES.length
  const whoAre = isAny ? 'of any status' : `who are ${oneOrOther(statuses.map((each) => STATUS_WORDS[each]))}`
  const parts = [
    `people${search === undefined ? '' : ` with “${search}”`} ${whoAre}`,
    notInUpload === undefined ? '' : `not in the file of upload ${notInUpload}`,
    type === undefined ? '' : `with a mailbox of the type ${type}`,
    unit === undefined ? '' : `in the unit ${unit}`,
    site === undefined ? '' : `at the site ${site}`,
    changedSince === undefined ? '' : `changed since ${changedSince}`,
    hasLocalId === false ? 'without a local ID' : '',
    hidden ? 'hidden from the directory' : '',
    dueWords(dueWithin),
  ]
  return parts.filter((part) => part !== '').join(', ')
}

function dueWords(within: AccountFilter['dueWithin']): string {
  if (within === undefined) return ''
  return within === 'announced' ? 'due soon' : `due within ${count(within, 'day')}`
}
