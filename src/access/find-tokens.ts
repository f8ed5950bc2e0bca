import sql, { type Sql } from 'sql-template-tag'
import type { Transaction } from '../database/open.ts'
import { NotFound } from '../errors.ts'
import type { Portal } from '../portal.ts'
import { type Actor, scopeFor } from './actor.ts'
import type { Role } from './permissions.ts'
import { inScope } from './scope-sql.ts'

/** A token as those see it who may revoke it; never the token itself. */
export type ShownToken = {
  id: number
  name: string
  holder: { id: number; name: string; email: string }
  /** The only one in which it is good for anything, where there is one. */
  organisation: { code: string; name: string } | null
  /** The most that it may do, whatever its holder may. */
  role: Role | null
  createdAt: Date
  lastUsedAt: Date | null
  expiresAt: Date | null
}

const MOST = 1000

/** The tokens that work: one's own, and those good for the organisations where one gives roles; the newest first. */
export function findTokens(portal: Portal, actor: Actor): Promise<ShownToken[]> {
  const scope = scopeFor(actor, 'read-accounts')
  return portal.database.transaction(scope, (tx) => selectShown(tx, portal, isSeenBy(actor)))
}

/**
 * One of these, within a transaction.
 * @throws NotFound for one that works no more, or is none of theirs
 */
export async function shownToken(
  tx: Transaction,
  portal: Portal,
  actor: Actor,
  id: number,
): Promise<ShownToken> {
  const [found] = await selectShown(tx, portal, sql`${isSeenBy(actor)} and t.id = ${id}::bigint`)
  if (!found) throw new NotFound('There is no such token that works.')
  return found
}

function isSeenBy(actor: Actor): Sql {
  const scope = scopeFor(actor, 'grant-roles')
  return sql`(t.administrator_id = ${actor.administratorId} or ${inScope(scope, 't.organisation_id')}
    or t.organisation_id is null and exists (select from administrator_role r
      where r.administrator_id = t.administrator_id and ${inScope(scope, 'r.organisation_id')}))`
}

function selectShown(tx: Transaction, portal: Portal, condition: Sql): Promise<ShownToken[]> {
  return tx.rows<ShownToken>(sql`
    select t.id, t.name, t.role, t.created_at as "createdAt", t.last_used_at as "lastUsedAt",
      t.expires_at as "expiresAt", jsonb_build_object('id', a.id, 'name', a.name, 'email', a.email) as holder,
      case when o.id is not null then jsonb_build_object('code', o.code, 'name', o.name) end as organisation
    from api_token t join administrator a on a.id = t.administrator_id
      left join organisation o on o.id = t.organisation_id
    where ${condition} and t.revoked_at is null and (t.expires_at is null or t.expires_at > ${portal.clock.now()})
    order by t.id desc limit ${MOST}`)
}
