import { Client } from 'pg'
import type { Cluster } from './cluster.ts'

/** What one organisation's tables say, and what the proof's triggers have noted. */
export type Tables = {
  uploads: { id: number; status: string; bytes: number }[]
  /** The other change sets: edits, and what takes uploads back. */
  others: { id: number; kind: string; status: string; plans: number }[]
  /** Of one that was withdrawn, the local ID that it had. */
  accounts: {
    id: number
    localId: string
    version: number
    jobTitle: string | null
    status: string
    addresses: number
  }[]
  /** Applied changes that wrote an account, in the order of the account's versions. */
  history: {
    accountId: number
    localId: string
    setId: number
    row: number
    action: string
    before: string | null
    after: string | null
  }[]
  mail: { setId: number; created: number; sent: number }[]
  accountWrites: Write[]
  chunkWrites: Write[]
  markWrites: Write[]
  /** Writes by a session that didn't have the lock for it: an edit needs none, nor does a plan that is made in SQL. */
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
         from change_set s where s.organisation_id = $1 and s.kind = 'upload'`,
      ),
      others: await read(
        `select s.id::integer, s.kind, s.status, (select count(distinct transaction) from proof.write w
             where w.id = s.id and w.kind = 'plan')::integer as plans
         from change_set s where s.organisation_id = $1 and s.kind <> 'upload'`,
      ),
      accounts: await read(
        `select id::integer, version, job_title as "jobTitle", status,
           coalesce(local_id, (select c.local_id from change c
             where c.account_id = account.id and c.action = 'withdraw' limit 1)) as "localId",
           (select count(*) from address where account_id = account.id)::integer as addresses
         from account where organisation_id = $1`,
      ),
      history: await read(
        `select c.account_id::integer as "accountId", c.local_id as "localId", c.change_set_id::integer as "setId",
           c.row_number as row, c.action, c.before->>'jobTitle' as before, c.after->>'jobTitle' as after
         from change_set s
         join chunk k on k.change_set_id = s.id
         join change c on c.change_set_id = s.id and c.row_number between k.from_row and k.to_row
         where s.organisation_id = $1 and c.action in ('update', 'create', 'withdraw')
           and coalesce(c.result, 'updated') in ('updated', 'created')
         order by coalesce(c.written_version, c.account_version + 1, 1)`,
      ),
      mail: await read(
        `select m.change_set_id::integer as "setId", (extract(epoch from m.created_at) * 1000)::float as created,
           (extract(epoch from m.sent_at) * 1000)::float as sent
         from mail m join change_set s on s.id = m.change_set_id
         where s.organisation_id = $1 and m.message_id like '<results.%'`,
      ),
      accountWrites: await writes('account'),
      chunkWrites: await writes('chunk'),
      markWrites: await writes('mark'),
      lockless: (
        await read(
          `select from proof.write w
             left join proof.write k on w.kind = 'account' and k.kind = 'chunk' and k.transaction = w.transaction
             left join change_set s on s.id = case w.kind when 'account' then k.id else w.id end
           where w.organisation_id = $1 and not w.had_lock
             and not coalesce(s.kind = 'edit' or s.kind <> 'upload' and w.kind = 'plan', false)`,
        )
      ).length,
    }
  } finally {
    await client.end()
  }
}
