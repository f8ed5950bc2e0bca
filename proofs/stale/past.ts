import type { Client } from 'pg'
import type { PersonField } from '../../src/directory/fields.ts'
import { columnOf } from '../support/random-directory.ts'

export type Value = string | boolean | null

export type Values = Record<string, Value>

/** The fields that people change here. */
export const FIELDS = [
  ...(['localId', 'title', 'jobTitle', 'department', 'site', 'mobile'] as const),
  ...(['hideMobile', 'telephone', 'description'] as const),
] satisfies PersonField[]

export type Field = (typeof FIELDS)[number]

type Write = { version: number; by: number; fields: Map<Field, { was: Value; is: Value }> }

/** All that an account ever said, by versions, and who wrote them. */
export type Account = { versions: Map<number, Values>; version: number; values: Values; writes: Write[] }

export type Past = Map<number, Account>

/**
 * Reads the accounts past the portal's own code, and notes what has been written since they were read last.
 * @param by who wrote it
 * @returns the accounts that were written
 * @throws Error where a version is missing: each act writes each account once
 */
export async function note(
  client: Client,
  past: Past,
  organisationId: number,
  by: number,
): Promise<number[]> {
  const { rows } = await client.query<{ id: number; version: number; values: Values }>(
    `select id::integer, version, to_jsonb(a) as values from account a where organisation_id = $1 order by id`,
    [organisationId],
  )
  return rows.flatMap(({ id, version, values: row }) => {
    const values = Object.fromEntries(FIELDS.map((field) => [field, row[columnOf(field)] ?? null]))
    const account: Account = past.get(id) ?? { versions: new Map(), version, values, writes: [] }
    const isKnown = past.has(id)
    past.set(id, account)
    const changed = FIELDS.filter((field) => values[field] !== account.values[field])
    if (isKnown && version === account.version && changed.length === 0) return []
    if (isKnown && version !== account.version + 1)
      throw new Error(`account ${id} went from version ${account.version} to ${version}: ${changed}`)
    const fields = new Map(
      changed.map((field) => [field, { was: account.values[field] as Value, is: values[field] as Value }]),
    )
    if (isKnown) account.writes.push({ version, by, fields })
    account.versions.set(version, values)
    account.version = version
    account.values = values
    return [id]
  })
}

/** The last write of a field after a version, if there is one. */
export function lastWrite({ writes }: Account, field: Field, after = 0): Write | undefined {
  return writes.findLast(({ version, fields }) => version > after && fields.has(field))
}
