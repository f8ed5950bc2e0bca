import type { Account } from '../../directory/account.ts'
import { nameInList } from '../../directory/address-name.ts'
import { type AccountSort, usualDirection } from '../../directory/order-sql.ts'
import { number } from '../../words.ts'
import { ACCOUNT_TAGS } from './account-tags.ts'
import { type Asked, listHref, SIZES } from './asked.ts'
import type { Column } from './list-columns.ts'

/** One account's line. */
export function rowOf(account: Account, columns: readonly Column[]) {
  const name = nameInList(account) || account.address || account.localId || `Account ${account.id}`
  return {
    id: account.id,
    name,
    label: [name, account.localId].filter((part) => part !== null).join(', '),
    cells: columns.map((column) => ({ ...column, ...cellOf(account, column) })),
  }
}

// An address may be broken before its @, and nowhere else where there is room.
function cellOf(account: Account, { id, text }: Column) {
  if (id === 'status') return { tag: ACCOUNT_TAGS[account.status] }
  if (id === 'updated') return { date: account.updatedAt }
  const words = text(account)
  const at = id === 'address' ? words.indexOf('@') : -1
  return at < 0 ? { words } : { words: words.slice(0, at), domain: words.slice(at) }
}

/** A column's heading, which sorts by it, the other way round where that is the order already. */
export function headingOf({ heading, sort }: { heading: string; sort?: AccountSort }, asked: Asked) {
  if (sort === undefined) return { heading }
  const isCurrent = sort === asked.sort
  const other = asked.direction === 'ascending' ? 'descending' : 'ascending'
  const direction = isCurrent ? other : usualDirection(sort)
  return {
    heading,
    href: listHref(asked, { sort, direction }),
    direction: isCurrent ? asked.direction : null,
  }
}

/** Where in the list a page is, and the ways on. */
export function pagingOf(asked: Asked, shown: number, total: number) {
  const { page, size } = asked
  const from = (page - 1) * size + 1
  const to = from + shown - 1
  return {
    position: total > shown ? `${number(from)}–${number(to)} of ${number(total)}` : '',
    previousHref: page > 1 ? listHref(asked, { page: page - 1 }) : null,
    nextHref: to < total ? listHref(asked, { page: page + 1 }) : null,
    sizes: SIZES.map((each) => ({
      text: each,
      href: listHref(asked, { size: each }),
      current: each === size,
    })),
  }
}
