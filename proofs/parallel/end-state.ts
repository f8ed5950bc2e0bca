import type { Client } from 'pg'
import { expectApply } from '../model/expect-apply.ts'
import type { Plan, Row } from '../model/plan.ts'
import { planDifferences, planOf } from '../model/read-set.ts'
import { differences, readState, type State } from '../model/state.ts'
import type { Party } from './parties.ts'

/** A set that was applied among others: what was planned, before any of them was applied. */
export type Planned = { id: number; plan: Plan }

/** The accounts of all organisations of a round, past the portal's code. */
export function readParties(client: Client, parties: readonly Pick<Party, 'id'>[]): Promise<State> {
  return readState(
    client,
    parties.map(({ id }) => id),
  )
}

/**
 * Holds what was planned against what the model expects. Which account a row means is the portal's to say where nothing is
 * written to one that is there.
 * @returns the plans, as the portal has them
 */
export async function expectPlans(client: Client, sets: readonly Planned[]): Promise<Planned[]> {
  const found: Planned[] = []
  for (const { id, plan } of sets) {
    const rows = (await planOf(client, id)).map((row) => ({
      ...row,
      after: without(row.after, 'emailAddress'),
    }))
    const expected = plan.rows.map((row, at): Row => {
      const { row: number, id: account, version } = rows[at] ?? row
      return row.action === 'update' ? { ...row, row: number } : { ...row, row: number, id: account, version }
    })
    const faults = planDifferences(rows, expected)
    if (faults.length > 0)
      throw new Error([`the plan of ${plan.kind} ${id}`, ...faults.slice(0, 5)].join('\n'))
    found.push({ id, plan: { ...plan, rows } })
  }
  return found
}

function without(values: Row['after'], name: string): Row['after'] {
  const { [name]: _one, ...others } = values
  return others
}

/**
 * Looks in which order sets were applied, does the same one after the other with the model, and compares every account
 * and every row's outcome.
 * @param before the accounts at the check of all of them
 * @returns how many rows came to what
 */
export async function endsAsInSomeOrder(
  client: Client,
  parties: readonly Pick<Party, 'id'>[],
  sets: readonly Planned[],
  before: State,
): Promise<Record<string, number>> {
  const counts: Record<string, number> = {}
  const byId = new Map(sets.map((one) => [one.id, one.plan]))
  const now = await readParties(client, parties)
  let state = before
  for (const { id, by } of await orderOf(client, [...byId.keys()])) {
    const come = expectApply(byId.get(id) as Plan, { found: state, by })
    const told = await outcomesOf(client, id)
    for (const [row, outcome] of come.outcomes) {
      if (told.get(row) !== outcome)
        throw new Error(`row ${row} of set ${id} is ${told.get(row)}, not ${outcome}`)
      counts[outcome] = (counts[outcome] ?? 0) + 1
    }
    state = come.state
  }
  for (const [id, { values }] of state)
    if (!before.has(id)) values.emailAddress = now.get(id)?.values.emailAddress // by which of several names, no order says
  const faults = differences(now, state)
  if (faults.length > 0) throw new Error(faults.slice(0, 20).join('\n'))
  return counts
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

/**
 * The sets in the order in which they were applied: chunk by chunk, all of their rows, and in no organisation another
 * one's chunk between two of one. Of two that share an organisation, that order is the only one.
 */
async function orderOf(client: Client, ids: readonly number[]): Promise<{ id: number; by: number }[]> {
  const { rows } = await client.query<{ id: number; by: number; sides: number[]; rows: number; all: number }>(
    `select s.id::integer, s.confirmed_by as by, array_remove(array[k.organisation_id, k.counterpart_id], null) as sides,
       to_row - from_row + 1 as rows, s.last_row - s.first_row + 1 as all
     from chunk k join change_set s on s.id = k.change_set_id
     where s.id = any($1) order by k.applied_at, k.xmin::text::bigint`,
    [ids],
  )
  const last = new Map<number, number>()
  const seen = new Map<number, { id: number; by: number; left: number }>()
  for (const { id, by, sides, rows: covered, all } of rows) {
    const one = seen.get(id) ?? { id, by, left: all }
    if (seen.has(id) && sides.some((side) => last.get(side) !== id))
      throw new Error(`set ${id} was applied while another one was, in one organisation`)
    for (const side of sides) last.set(side, id)
    one.left -= covered
    seen.set(id, one)
  }
  const wrong = [...seen.values()].find(({ left }) => left !== 0)
  if (wrong || seen.size !== ids.length)
    throw new Error(
      `${seen.size} of ${ids.length} sets were applied, set ${wrong?.id} but for ${wrong?.left} rows`,
    )
  return [...seen.values()]
}

async function outcomesOf(client: Client, id: number): Promise<Map<number, string>> {
  const { rows } = await client.query<{ row: number; result: string }>(
    `select row_number as row, coalesce(result, case action when 'update' then 'updated' when 'create' then 'created'
       when 'error' then 'failed' when 'remove' then 'removed' else action end) as result from change where change_set_id = $1`,
    [id],
  )
  return new Map(rows.map(({ row, result }) => [row, result]))
}
