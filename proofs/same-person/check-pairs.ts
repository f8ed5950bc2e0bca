import type { Client } from 'pg'
import { similarAccounts } from '../../src/changes/plan/similar-accounts.ts'
import { foldKey } from '../../src/directory/address-name.ts'
import type { Portal } from '../../src/portal.ts'
import type { LabelledPair } from './make-pairs.ts'

export type Found = {
  recall: number
  precision: number
  missed: Map<string, number>
  wrong: Map<string, number>
}

const BATCH = 1_000

/** Fills an organisation with one side of the pairs, looks the other side up as a check does, and counts. */
export async function checkPairs(
  portal: Portal,
  client: Client,
  organisation: { id: number; by: number },
  pairs: readonly LabelledPair[],
): Promise<Found> {
  const ids = await fill(client, organisation, pairs)
  const [missed, wrong] = [new Map<string, number>(), new Map<string, number>()]
  let [same, right, told] = [0, 0, 0]
  for (let from = 0; from < pairs.length; from += BATCH) {
    const batch = pairs.slice(from, from + BATCH)
    const rows = batch.map(({ row }, n) => ({
      row: n,
      id: null,
      localId: row.localId ?? null,
      values: row,
      problems: [],
    }))
    const found = await portal.database.transaction([organisation.id], (tx) =>
      similarAccounts(tx, organisation.id, rows),
    )
    for (const [n, pair] of batch.entries()) {
      const account = found[n]?.account.id
      const isRight = pair.isSame && account === ids[from + n]
      if (pair.isSame) same++
      if (isRight) right++
      if (account !== undefined) told++
      if (pair.isSame && !isRight) missed.set(pair.kind, (missed.get(pair.kind) ?? 0) + 1)
      if (account !== undefined && !isRight) wrong.set(pair.kind, (wrong.get(pair.kind) ?? 0) + 1)
    }
  }
  return { recall: right / same, precision: right / told, missed, wrong }
}

async function fill(
  client: Client,
  organisation: { id: number; by: number },
  pairs: readonly LabelledPair[],
): Promise<number[]> {
  const made = await client.query(`select nextval('account_id')::integer as id from generate_series(1, $1)`, [
    pairs.length,
  ])
  const ids = made.rows.map(({ id }) => id as number)
  const rows = pairs.map(({ there }, n) => ({
    ...{
      id: ids[n],
      organisation_id: organisation.id,
      local_id: there.localId,
      local_id_key: foldKey(there.localId ?? ''),
    },
    ...{ first_name: there.firstName, last_name: there.lastName, mobile: there.mobile },
    ...{ secondary_email: there.secondaryEmail, job_title: there.jobTitle, department: there.department },
    ...{ mailbox_type: 'User', status: 'Active', version: 1, updated_by: organisation.by },
    ...{ created_at: '2026-01-01T00:00:00Z', updated_at: '2026-01-02T00:00:00Z' },
  }))
  const columns = Object.keys(rows[0] ?? {}).join(', ')
  await client.query(
    `insert into account (${columns}) select ${columns} from json_populate_recordset(null::account, $1)`,
    [JSON.stringify(rows)],
  )
  await client.query('analyze account')
  return ids
}
