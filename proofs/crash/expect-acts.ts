import { Client } from 'pg'
import { planOf } from '../model/read-set.ts'
import { endsAsInSomeOrder } from '../parallel/end-state.ts'
import type { Cluster } from './cluster.ts'
import type { Acts } from './open-acts.ts'
import type { KnownAct } from './play-acts.ts'

type Set = { id: number; kind: 'action' | 'transfer' | 'lifecycle'; status: string }

/**
 * Holds the acts that clients were told of, and the daily steps, against the tables: each is applied once, in some order, and
 * whatever else was asked for stays a plan that nobody has confirmed.
 * @returns what differs, in words
 */
export async function expectActs(
  { url }: Cluster,
  { home, to, before, isDue }: Acts,
  known: readonly KnownAct[],
): Promise<string[]> {
  const client = new Client(url)
  await client.connect()
  try {
    const { rows } = await client.query<Set>(
      'select id::integer, kind, status from change_set where organisation_id = any($1)',
      [[home.id, to.id]],
    )
    const isApplied = ({ id, kind }: Set) => kind === 'lifecycle' || known.some((one) => one.id === id)
    const faults = rows.flatMap((set) =>
      set.status === (isApplied(set) ? 'completed' : 'checked')
        ? []
        : [`${set.kind} ${set.id} is ${set.status}`],
    )
    const steps = rows.filter(({ kind }) => kind === 'lifecycle').length
    if (steps !== (isDue ? 2 : 0)) faults.push(`${steps} daily steps`)
    const applied = []
    for (const { id, kind } of rows.filter(isApplied)) {
      const homes = kind === 'transfer' ? [home.code, to.code] : [home.code]
      applied.push({ id, plan: { kind, homes, rows: await planOf(client, id) } })
    }
    if (faults.length === 0) await endsAsInSomeOrder(client, [home, to], applied, before)
    return faults
  } catch (error) {
    return [(error as Error).message]
  } finally {
    await client.end()
  }
}
