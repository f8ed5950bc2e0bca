import { Client } from 'pg'
import type { Cluster } from './cluster.ts'

/** What one organisation's tables say, and what the proof's triggers have noted. */
export type Tables = {
  uploads: { id: number; status: string; bytes: number }[]
  accounts: { id: number; localId: string; version: number; jobTitle: string | null; addresses: number }[]
  /** Applied changes that wrote an account, in the order in which their transactions wrote. */
  history: {
    accountId: number
    localId: string
    uploadId: number
    row: number
    action: string
    before: string | null
    after: string | null
  }[]
  mail: { uploadId: number; created: number; sent: number }[]
  accountWrites: Write[]
  chunkWrites: Write[]
  markWrites: Write[]
  /** Writes of any kind by a session that didn't have the lock for it. */
  lockless: number
}

/** A committed write: `id` is the account's or the change set's, `number` its version, or the last row. */
export type Write = { transaction: string; id: number; number: number }

export async function readTables({ url }: Cluster, organisationId: number): Promise<Tables> {
  const client = new Client(url)
  await client.connect()
  const read = async <Row>(statement: string) =>
    (await client.query(statement, [organisationId])).rows as Row[]
  const writes = (kind: string) =>
    read<Write>(
      `select transaction::text, id::integer, number from proof.write where organisation_id = $1 and kind = '${kind}'`,
    )
  try {
    return {
      uploads: await read(
        `select s.id::integer, s.status,
           (select count(*) from upload_bytes b where b.upload_id = s.id)::integer as bytes
         from change_set s where s.organisation_id = $1`,
      ),
      accounts: await read(
        `select id::integer, local_id as "localId", version, job_title as "jobTitle",
           (select count(*) from address where account_id = account.id)::integer as addresses
         from account where organisation_id = $1`,
      ),
      history: await read(
        `with w as materialized (
           select transaction, id, number from proof.write where organisation_id = $1 and kind = 'chunk')
         select c.account_id::integer as "accountId", c.local_id as "localId", c.change_set_id::integer as "uploadId",
           c.row_number as row, c.action, c.before->>'jobTitle' as before, c.after->>'jobTitle' as after
         from change_set s
         join chunk k on k.change_set_id = s.id
         join change c on c.change_set_id = s.id and c.row_number between k.from_row and k.to_row
         left join w on w.id = s.id and w.number = k.to_row
         where s.organisation_id = $1 and c.action in ('update', 'create')
           and coalesce(c.result, 'updated') in ('updated', 'created')
         order by w.transaction, c.row_number`,
      ),
      mail: await read(
        `select m.change_set_id::integer as "uploadId", (extract(epoch from m.created_at) * 1000)::float as created,
           (extract(epoch from m.sent_at) * 1000)::float as sent
         from mail m join upload u on u.id = m.change_set_id where u.organisation_id = $1`,
      ),
      accountWrites: await writes('account'),
      chunkWrites: await writes('chunk'),
      markWrites: await writes('mark'),
      lockless: (await read(`select from proof.write where organisation_id = $1 and not had_lock`)).length,
    }
  } finally {
    await client.end()
  }
}
