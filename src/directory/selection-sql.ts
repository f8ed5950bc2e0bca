import sql, { type Sql } from 'sql-template-tag'
import type { AccountFilter } from './account-filter.ts'
import { foldKey } from './address-name.ts'
import { matching } from './filter-sql.ts'
import { isListed } from './listed-sql.ts'
import { orderBy, orderOf } from './order-sql.ts'
import type { AccountSelection } from './selection.ts'

/**
 * The query for the accounts of an organisation that are selected: a row for each that is meant, with its `place` in the
 * order of the selection, counted from 1, its `id`, and the text by which it was `asked` for. What is named and isn't
 * there, or is another organisation's, or was withdrawn, has no `id`. The accounts that match a filter stand in the
 * order of their names, and are asked for by nothing.
 */
export function selectedAccounts(selection: AccountSelection, organisationId: number): Sql {
  if ('filter' in selection) return matchingAccounts(selection.filter, organisationId)
  const isTheirs = sql`a.organisation_id = ${organisationId} and ${isListed('a')}`
  if ('ids' in selection)
    return sql`select named.place, a.id, named.id::text as asked
      from unnest(${selection.ids}::bigint[]) with ordinality as named (id, place)
        left join account a on a.id = named.id and ${isTheirs}`
  return sql`select named.place, a.id, named.asked
    from unnest(${selection.localIds.map(foldKey)}::text[], ${selection.localIds}::text[]) with ordinality
      as named (key, asked, place) left join account a on a.local_id_key = named.key and ${isTheirs}`
}

function matchingAccounts(filter: AccountFilter, organisationId: number): Sql {
  const { searched, where } = matching(filter, [organisationId], organisationId)
  return sql`${searched} select row_number() over (order by ${orderBy(orderOf({}))}) as place, a.id, null::text as asked
    from account a where ${where}`
}
