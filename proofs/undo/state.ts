import type { Client } from 'pg'
import { FIELD_NAMES, labelOf } from '../../src/directory/fields.ts'
import { columnOf } from '../support/random-directory.ts'

export type Account = { version: number; values: Record<string, unknown> }

/** An organisation's accounts: every column and every address, but for versions and times. */
export type State = Map<number, Account>

/** Reads it past the portal's own code. */
export async function readState(client: Client, organisationId: number): Promise<State> {
  const { rows } = await client.query(
    `select a.id::integer, a.version, to_jsonb(a) - '{version,updated_at,updated_by,status_changed_at,name_key,secondary_email_key}'::text[]
       || jsonb_build_object(
         'emailAddress', (select address from address where account_id = a.id and is_primary),
         'aliases', (select array_agg(address order by address_key collate "C") from address
           where account_id = a.id and not is_primary)) as values
     from account a where organisation_id = $1 order by a.id`,
    [organisationId],
  )
  return new Map(rows.map(({ id, version, values }) => [id, { version, values }]))
}

/** The fields that a change may write, by where a state has them. */
export const FIELDS = FIELD_NAMES.map((name) => ({ name, label: labelOf(name), place: placeOf(name) }))

export type Field = (typeof FIELDS)[number]

function placeOf(field: string): string {
  if (field === 'organisation') return 'organisation_id'
  return field === 'emailAddress' || field === 'aliases' ? field : columnOf(field)
}

export function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}

/** Everything in which two states differ, in words. */
export function differences(is: State, expected: State): string[] {
  const ids = new Set([...is.keys(), ...expected.keys()])
  return [...ids].flatMap((id) => {
    const [one, other] = [is.get(id)?.values, expected.get(id)?.values]
    if (!one || !other) return [`account ${id} is ${one ? 'there' : 'not there'}`]
    return Object.keys({ ...one, ...other }).flatMap((place) =>
      isSame(one[place], other[place])
        ? []
        : [`account ${id}: ${place} is ${JSON.stringify(one[place])}, not ${JSON.stringify(other[place])}`],
    )
  })
}
