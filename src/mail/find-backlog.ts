import sql from 'sql-template-tag'
import type { Transaction } from '../database/open.ts'

/** The messages that haven't left yet, and how long the oldest of them has been there; 0 when there is none. */
export async function selectBacklog(tx: Transaction): Promise<{ waiting: number; oldestSeconds: number }> {
  const backlog = await tx.row<{ waiting: number; oldestSeconds: number }>(sql`
    select count(*) as waiting,
      coalesce(extract(epoch from now() - min(created_at)), 0)::float as "oldestSeconds"
    from mail where sent_at is null`)
  return backlog ?? { waiting: 0, oldestSeconds: 0 }
}
