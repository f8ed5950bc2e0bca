import { ACCOUNT_STATUSES } from '../../directory/account.ts'
import { oneOrOther } from '../../words.ts'
import type { Asked } from './asked.ts'

const STATUS_WORDS = {
  Pending: 'pending',
  Active: 'active',
  Disabled: 'disabled',
  Leaver: 'leavers',
  Deleted: 'deleted',
  Withdrawn: 'withdrawn',
} as const

/** Whom the list shows: “people with “smyth” who are pending, active or disabled, at the site Riverside Clinic”. */
export function askedWords(asked: Asked): string {
  const { search, statuses, type, unit, site, changedSince, noLocalId, hidden } = asked
  const whoAre =
    statuses.length === ACCOUNT_STATUSES.length
      ? 'of any status'
      : `who are ${oneOrOther(statuses.map((status) => STATUS_WORDS[status]))}`
  return [
    `people${search === '' ? '' : ` with “${search}”`} ${whoAre}`,
    ...(type === '' ? [] : [`with a mailbox of the type ${type}`]),
    ...(unit === '' ? [] : [`in the unit ${unit}`]),
    ...(site === '' ? [] : [`at the site ${site}`]),
    ...(changedSince === '' ? [] : [`changed since ${changedSince}`]),
    ...(noLocalId ? ['without a local ID'] : []),
    ...(hidden ? ['hidden from the directory'] : []),
  ].join(', ')
}
