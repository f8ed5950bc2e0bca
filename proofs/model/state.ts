import type { Client } from 'pg'
import { FIELD_NAMES } from '../../src/directory/fields.ts'
import { columnOf } from '../support/random-directory.ts'

/** By the names of fields; what is no field, by the table's column. */
export type Values = Record<string, unknown>

export type Account = {
  version: number
  /** Who wrote it last. */
  by: number
  /** When that was; of one that a model expects to be written, when it was written before. */
  at: string
  wasWritten?: true
  /** Since when it has its status, in milliseconds; null where that was never noted. */
  since: number | null
  values: Values
}

/** The accounts of some organisations: every column and every address. */
export type State = Map<number, Account>

/**
 * Reads it past the portal's own code.
 * @throws Error where an address isn't where its account is: nobody is in two places
 */
export async function readState(client: Client, organisationIds: readonly number[]): Promise<State> {
  const { rows } = await client.query(
    `select a.id::integer, a.version, a.updated_by as by, a.updated_at::text as at,
       extract(epoch from a.status_changed_at)::float * 1000 as since, to_jsonb(a)
         - '{id,version,organisation_id,created_at,updated_at,updated_by,status_changed_at,name_key,secondary_email_key}'::text[]
       || jsonb_build_object('organisation', o.code,
         'emailAddress', (select address from address where account_id = a.id and is_primary),
         'aliases', (select array_agg(address order by address_key collate "C") from address
           where account_id = a.id and not is_primary)) as columns,
       exists (select from address d where d.account_id = a.id and d.organisation_id <> a.organisation_id) as torn
     from account a join organisation o on o.id = a.organisation_id where a.organisation_id = any($1) order by a.id`,
    [organisationIds],
  )
  const torn = rows.find((row) => row.torn)
  if (torn) throw new Error(`account ${torn.id} is in another organisation than its addresses`)
  return new Map(
    rows.map(({ id, version, by, at, since, columns }) => [
      id,
      { version, by, at, since, values: byField(columns) },
    ]),
  )
}

const PLACES = FIELD_NAMES.map((field) => [columnOf(field), field] as const)

function byField(columns: Values): Values {
  const { local_id_key: localIdKey, email_address: _none, ...values } = columns
  for (const [column, field] of PLACES) {
    if (column === field || !(column in values)) continue
    values[field] = values[column]
    delete values[column]
  }
  return { ...values, localIdKey }
}

export function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one ?? null) === JSON.stringify(other ?? null)
}

/** An account that isn't there for anybody: withdrawn, or removed. */
export function isUnlisted({ values }: Account): boolean {
  return values.status === 'Withdrawn' || values.status === 'Removed'
}

export function hasLeft({ values }: Account): boolean {
  return values.status === 'Leaver' || values.status === 'Deleted'
}

/** Whether somebody other than this account has a local ID at an organisation. */
export function isTaken(state: State, id: number | null, organisation: unknown, key: unknown): boolean {
  return (
    key != null &&
    [...state].some(
      ([other, { values }]) =>
        other !== id && values.organisation === organisation && values.localIdKey === key,
    )
  )
}

/** An account as a write leaves it. */
export function written(account: Account, values: Values, by: number): Account {
  return {
    ...{ ...account, by, version: account.version + 1, wasWritten: true },
    values: { ...account.values, ...values },
  }
}

/** All its values, and who wrote it when; `values` where somebody has written it to and fro since. */
type Compared = 'everything' | 'values'

/** Everything in which two states differ, in words. */
export function differences(is: State, expected: State, what: Compared = 'everything'): string[] {
  const ids = new Set([...is.keys(), ...expected.keys()])
  return [...ids].flatMap((id) => {
    const [one, other] = [is.get(id), expected.get(id)]
    if (!one || !other) return [`account ${id} is ${one ? '' : 'not '}there`]
    const faults = Object.keys({ ...one.values, ...other.values }).flatMap((name) =>
      isSame(one.values[name], other.values[name])
        ? []
        : [
            `account ${id}: ${name} is ${JSON.stringify(one.values[name])}, not ${JSON.stringify(other.values[name])}`,
          ],
    )
    if (what === 'values') return faults
    if (one.version !== other.version)
      faults.push(`account ${id} has version ${one.version}, not ${other.version}`)
    if (one.by !== other.by) faults.push(`account ${id} was written by ${one.by}, not ${other.by}`)
    if (other.wasWritten ? one.at <= other.at : one.at !== other.at)
      faults.push(`account ${id} was written at ${one.at}, and before at ${other.at}`)
    return faults
  })
}
