import sql from 'sql-template-tag'
import type { Transaction } from '../database/open.ts'
import { QUEUES } from './jobs.ts'

export type QueueState = { queue: string; waiting: number; running: number; oldestSeconds: number }

/** Each queue's jobs that could be done now, and how long the oldest of them has been there; 0 when there is none. */
export function findWaiting(tx: Transaction): Promise<QueueState[]> {
  return tx.rows<QueueState>(sql`
    select q.name as queue,
      count(j.id) filter (where j.state < 'active') as waiting,
      count(j.id) filter (where j.state = 'active') as running,
      coalesce(extract(epoch from now() - min(j.created_on) filter (where j.state < 'active')), 0)::float
        as "oldestSeconds"
    from unnest(${Object.keys(QUEUES)}::text[]) as q (name)
    left join pgboss.job j on j.name = q.name and j.state <= 'active' and j.start_after <= now()
    group by q.name order by q.name`)
}
