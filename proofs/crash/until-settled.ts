import { setTimeout as sleep } from 'node:timers/promises'
import type { Cluster } from './cluster.ts'
import type { Round } from './round.ts'

// A message that the mail server keeps waiting for long is tried again after a minute (src/mail/outbox.ts).
const PATIENCE_MS = 150_000

/** Waits until there is nothing left to do for the rounds: no job about them, and no message that hasn't left. */
export async function untilSettled({ postgres, url }: Cluster, rounds: readonly Round[]): Promise<void> {
  const organisations = rounds.flatMap(({ organisationId, acts }) =>
    acts ? [organisationId, acts.home.id, acts.to.id] : [organisationId],
  )
  for (const end = Date.now() + PATIENCE_MS; ; await sleep(200)) {
    const left = await postgres.query<{ what: string }>(
      `select name || ' ' || state || ' ' || data as what from pgboss.job
         where state < 'completed' and (data->>'organisationId')::integer = any($1)
       union all
       select 'message ' || message_id from mail join change_set s on s.id = change_set_id
         where sent_at is null and s.organisation_id = any($1)`,
      [organisations],
      url,
    )
    if (left.length === 0) return
    if (Date.now() > end) throw new Error(`never done: ${left.map(({ what }) => what).join('; ')}`)
  }
}
