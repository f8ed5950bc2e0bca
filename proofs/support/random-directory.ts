import type { Client } from 'pg'
import type { Random } from '../../src/demo/random.ts'
import { foldKey } from '../../src/directory/address-name.ts'
import { admittedValues } from './values.ts'

const HELD = ['Leaver', 'Deleted']
const STATUSES = ['Active', 'Active', 'Active', 'Disabled', 'Pending']

/** Fills an organisation with accounts, straight into the tables. `by` is an administrator. */
export async function makeAccounts(
  client: Client,
  random: Random,
  organisation: { id: number; by: number },
  count: number,
): Promise<void> {
  const ids = await client.query(`select nextval('account_id')::integer as id from generate_series(1, $1)`, [
    count,
  ])
  const taken = new Set<string>()
  const rows = ids.rows.map(({ id }) => {
    const values = admittedValues(random)
    let key = random.percent(8) ? null : foldKey(values.localId as string)
    if (key !== null && taken.has(key)) key = null
    if (key !== null) taken.add(key)
    const columns = Object.entries(values).map(([field, value]) => [columnOf(field), value])
    return {
      ...Object.fromEntries(columns),
      id,
      organisation_id: organisation.id,
      local_id: key === null ? null : values.localId,
      local_id_key: key,
      mailbox_type: random.pick(['User', 'User', 'User', 'Shared', 'Resource']),
      status: random.pick(random.percent(7) ? HELD : STATUSES),
      version: random.between(1, 9),
      created_at: '2026-01-01T00:00:00Z',
      updated_at: '2026-01-02T00:00:00Z',
      updated_by: organisation.by,
    }
  })
  if (rows.length === 0) return
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))].join(', ')
  await client.query(
    `insert into account (${columns}) select ${columns} from json_populate_recordset(null::account, $1)`,
    [JSON.stringify(rows)],
  )
  await client.query(
    `insert into address (address_key, address, account_id, organisation_id, is_primary, base, number)
     select 'person' || id || '@staff.example', 'person' || id || '@staff.example', id, organisation_id, true, 'person', id
     from account where organisation_id = $1`,
    [organisation.id],
  )
}

/** A field's column, by a rule of its own: `jobTitle` is `job_title`. */
export function columnOf(field: string): string {
  return field.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}
