import { Client } from 'pg'
import type { Random } from '../../src/demo/random.ts'
import { readState, type State } from '../model/state.ts'
import { lastNameOf } from '../support/last-name.ts'
import type { Cluster } from './cluster.ts'

/** Two organisations of a round in which people are acted on: all of it needs another person's yes. */
export type Acts = {
  home: { id: number; code: string }
  to: { id: number; code: string }
  /** As they were before anything was done. */
  before: State
  /** Whom the action is about, and whom the transfer: some are the same. */
  acted: number[]
  moved: number[]
  /** Whether some have been leavers, or deleted, for so long that a daily step is due. */
  isDue: boolean
}

/** Makes the organisations and their people, straight in the tables. */
export async function openActs(
  cluster: Cluster,
  chance: Random,
  code: string,
  isDue: boolean,
): Promise<Acts> {
  const client = new Client(cluster.url)
  await client.connect()
  try {
    const codes = [`${code}H`, `${code}T`]
    const made = await client.query<{ id: number; code: string }>(
      'insert into organisation (code, name) select code, code from unnest($1::text[]) as c (code) returning id, code',
      [codes],
    )
    const [home, to] = codes.map((each) => made.rows.find((row) => row.code === each)) as [
      Acts['home'],
      Acts['to'],
    ]
    await client.query(
      `insert into organisation_setting (organisation_id, name, value) values ($1, 'limits', $2)`,
      [home.id, JSON.stringify({ touched: { count: 0, share: 0 } })],
    )
    const people = Array.from({ length: chance.between(30, 80) }, (_, n) => `q${n}`)
    await client.query(
      `with made as (
         insert into account (id, organisation_id, local_id, local_id_key, first_name, last_name, status, status_changed_at,
           created_at, updated_at, updated_by)
         select nextval('account_id'), $1, local_id, local_id, 'Sam', last_name, status, now() - interval '31 days',
           now(), now(), $2
         from unnest($3::text[], $4::text[], $5::text[]) as p (local_id, last_name, status)
         returning id, organisation_id)
       insert into address (address_key, address, account_id, organisation_id, is_primary, base, number)
       select 'person' || id || '@staff.example', 'person' || id || '@staff.example', id, organisation_id, true, 'person', id
       from made`,
      [
        ...[
          home.id,
          cluster.administrator.id,
          people,
          people.map((each) => lastNameOf(`${code} acts ${each}`)),
        ],
        people.map((_, n) => (isDue && n % 5 === 1 ? 'Leaver' : isDue && n % 5 === 2 ? 'Deleted' : 'Active')),
      ],
    )
    await client.query('delete from proof.write where organisation_id = $1', [home.id]) // our own
    const before = await readState(client, [home.id, to.id])
    const some = () => [...before.keys()].filter(() => chance.percent(60))
    const [acted, moved] = [some(), some()].map((ids) => (ids.length > 0 ? ids : [...before.keys()]))
    return { home, to, before, acted: acted as number[], moved: moved as number[], isDue }
  } finally {
    await client.end()
  }
}
