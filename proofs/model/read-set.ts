import type { Client } from 'pg'
import { FIELD_NAMES } from '../../src/directory/fields.ts'
import type { Row } from './plan.ts'
import { isSame } from './state.ts'

/** The rows of a set's plan, past the portal's own code. */
export async function planOf(client: Client, id: number): Promise<Row[]> {
  const { rows } = await client.query(
    `select row_number as row, account_id::integer as id, action, account_version as version,
       coalesce(before, '{}') as before, coalesce(after, '{}') as after
     from change where change_set_id = $1 order by row_number`,
    [id],
  )
  return rows
}

/** Everything in which a plan isn't as a model expects it, in words. */
export function planDifferences(shown: readonly Row[], expected: readonly Row[]): string[] {
  const faults = shown.length === expected.length ? [] : [`${shown.length} rows, not ${expected.length}`]
  for (const [at, wanted] of expected.entries()) {
    const is = shown[at]
    if (!is || is.row !== wanted.row || !isSame(comparable(is), comparable(wanted)))
      faults.push(`row ${wanted.row}: ${JSON.stringify(is)}, not ${JSON.stringify(wanted)}`)
  }
  return faults
}

/** Of a removal, the values are told nowhere. */
function comparable({ id, action, version, before, after }: Row): unknown {
  const values = (of: Row['before']) =>
    action === 'remove'
      ? of.status
      : FIELD_NAMES.flatMap((field) => (field in of ? [[field, of[field]]] : []))
  return [id, action, id === null ? null : version, values(before), values(after)]
}

/** Who has to agree to a set, and what became of it. */
export type SetNow = {
  status: string
  reason: string | null
  needs: { for: string; organisationId: number; agreedBy?: number }[]
}

export async function setNow(client: Client, id: number): Promise<SetNow> {
  const { rows } = await client.query(
    `select status, reason->>'code' as reason, needs from change_set where id = $1`,
    [id],
  )
  return rows[0]
}
