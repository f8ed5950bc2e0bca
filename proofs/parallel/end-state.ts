import { isDeepStrictEqual } from 'node:util'
import { parse } from 'csv-parse/sync'
import type { Client } from 'pg'
import type { Party } from './parties.ts'
import type { Sent } from './send-at-once.ts'
import { type Accounts, apply, COLUMNS, copied, type Outcome, plan } from './serial-model.ts'

/** An organisation's accounts, past the portal's code. */
export async function readPeople(client: Client, { id }: Pick<Party, 'id'>): Promise<Accounts> {
  const columns = Object.entries(COLUMNS).map(
    ([heading, column]) => `coalesce(${column}, '') as "${heading}"`,
  )
  const { rows } = await client.query(
    `select local_id, version, ${columns.join(', ')} from account where organisation_id = $1`,
    [id],
  )
  return new Map(rows.map(({ local_id, version, ...values }) => [local_id, { values, writes: version }]))
}

/**
 * Looks in which order an organisation's uploads were applied, does the same one after the other with the model, and
 * compares every account and every row's outcome.
 * @param before the accounts at the check of all of them
 * @returns the outcomes of all rows
 */
export async function endsAsInSomeOrder(
  client: Client,
  party: Party,
  sent: readonly Sent[],
  before: Accounts,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = []
  const accounts = copied(before)
  const byId = new Map(sent.map((one) => [one.id, one]))
  for (const id of await orderOf(client, party, sent)) {
    const one = byId.get(id) as Sent
    const wanted = apply(one.file, plan(one.file, before), accounts)
    const is = await resultsOf(one)
    const at = wanted.findIndex((outcome, row) => outcome !== is[row])
    if (at >= 0 || is.length !== wanted.length)
      throw new Error(`upload ${id}: row ${at + 2} is ${is[at]}, expected ${wanted[at]} (${is.length} rows)`)
    outcomes.push(...wanted)
  }
  const now = await readPeople(client, party)
  if (now.size !== accounts.size) throw new Error(`${now.size} accounts, expected ${accounts.size}`)
  for (const [localId, wanted] of accounts) {
    const account = now.get(localId)
    if (!isDeepStrictEqual(account, wanted))
      throw new Error(`${localId} is ${JSON.stringify(account)}, expected ${JSON.stringify(wanted)}`)
  }
  return outcomes
}

/** Nobody has a local ID twice, an address is nobody's twice, and everybody has one. */
export async function nobodyTwice(client: Client): Promise<void> {
  const { rows } = await client.query(
    `select (select count(*) from account)::integer as accounts,
       (select count(distinct (organisation_id, lower(local_id))) from account)::integer as "local IDs",
       (select count(distinct account_id) from address where is_primary)::integer as "with an address",
       (select count(distinct lower(address)) from address)::integer as addresses`,
  )
  const { accounts, ...others } = rows[0] as Record<string, number>
  for (const [what, count] of Object.entries(others))
    if (count !== accounts) throw new Error(`${accounts} accounts, and ${count} ${what}`)
}

/** The uploads in the order in which they were applied: chunk by chunk, and no other one's chunk between two of one. */
async function orderOf(client: Client, party: Party, sent: readonly Sent[]): Promise<number[]> {
  const ids = sent.map(({ id }) => id)
  const { rows } = await client.query<{ id: number; at: string; rows: number }>(
    `select change_set_id::integer as id, applied_at::text || ' ' || xmin::text as at, to_row - from_row + 1 as rows
     from chunk where organisation_id = $1 and change_set_id = any($2) order by applied_at, xmin::text::bigint`,
    [party.id, ids],
  )
  const order: number[] = []
  for (const { id } of rows) if (order.at(-1) !== id) order.push(id)
  if (new Set(order).size !== order.length || order.length !== ids.length)
    throw new Error(`applies of one organisation were mingled, or left out: ${order}`)
  for (const { id, text } of sent) {
    const covered = rows.filter((row) => row.id === id).reduce((sum, row) => sum + row.rows, 0)
    const wanted = text.split('\n').length - 1
    if (covered !== wanted) throw new Error(`upload ${id}: ${covered} of ${wanted} rows`)
  }
  return order
}

async function resultsOf({ sender, id }: Sent): Promise<Outcome[]> {
  const rows: Record<string, string>[] = parse(await sender.results(id), {
    columns: true,
    bom: true,
    relax_column_count: true,
  })
  return rows.flatMap((row) => (row.LocalID ? [row.Result as Outcome] : [])) // blank rows have none
}
