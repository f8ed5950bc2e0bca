import sql from 'sql-template-tag'
import type { Portal } from '../portal.ts'
import type { Session } from './sessions.ts'

/** A session as its holder sees it. */
export type OwnSession = {
  id: number
  /** Null for one of before that was kept. */
  browser: string | null
  network: string | null
  startedAt: Date
  lastUsedAt: Date | null
  isThis: boolean
}

/** Where the holder of this session is signed in, the one used last first. */
export function findOwnSessions(portal: Portal, session: Session): Promise<OwnSession[]> {
  return portal.database.transaction([], (tx) =>
    tx.rows<OwnSession>(sql`
      select id, browser, network, (data->>'startedAt')::timestamptz as "startedAt", last_used_at as "lastUsedAt",
        id_hash = ${session.idHash} as "isThis"
      from session
      where administrator_id = ${session.actor.administratorId} and expires_at > ${portal.clock.now()}
        and not data ? 'waits'
      order by last_used_at desc nulls last, id`),
  )
}
