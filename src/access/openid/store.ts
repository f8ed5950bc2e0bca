import sql, { type Sql } from 'sql-template-tag'
import type { Transaction } from '../../database/open.ts'

export type OpenIdRequest = { next: string; linkHash: Buffer | null }

export function insertRequest(
  tx: Transaction,
  it: OpenIdRequest & { stateHash: Buffer; browserHash: Buffer; provider: string; expiresAt: Date },
) {
  return tx.run(sql`
    insert into openid_request (state_hash, browser_hash, provider, next, link_hash, expires_at)
    values (${it.stateHash}, ${it.browserHash}, ${it.provider}, ${it.next}, ${it.linkHash}, ${it.expiresAt})`)
}

/** Takes it out: of two that come back with the same state, one finds it. */
export function takeRequest(
  tx: Transaction,
  by: { stateHash: Buffer; browserHash: Buffer; provider: string; now: Date },
) {
  return tx.row<OpenIdRequest>(sql`
    delete from openid_request
    where state_hash = ${by.stateHash} and browser_hash = ${by.browserHash} and provider = ${by.provider}
      and expires_at > ${by.now}
    returning next, link_hash as "linkHash"`)
}

export function deleteExpiredRequests(tx: Transaction, now: Date) {
  return tx.run(sql`delete from openid_request where expires_at <= ${now}`)
}

export type Identity = {
  id: number
  administratorId: number
  issuer: string
  email: string | null
  linkedAt: Date
  lastUsedAt: Date | null
}

export function selectIdentities(
  tx: Transaction,
  by: { issuer: string; subject: string } | { administratorId: number },
): Promise<Identity[]> {
  const condition: Sql =
    'issuer' in by
      ? sql`issuer = ${by.issuer} and subject = ${by.subject}`
      : sql`administrator_id = ${by.administratorId}`
  return tx.rows(sql`
    select id, administrator_id as "administratorId", issuer, email, linked_at as "linkedAt",
      last_used_at as "lastUsedAt"
    from administrator_identity where ${condition} order by issuer`)
}

/** @returns its ID; undefined where somebody is known by it, or the administrator by another one of that issuer */
export async function insertIdentity(
  tx: Transaction,
  it: { administratorId: number; issuer: string; subject: string; email: string | null; now: Date },
): Promise<number | undefined> {
  const made = await tx.row<{ id: number }>(sql`
    insert into administrator_identity (administrator_id, issuer, subject, email, linked_at, last_used_at)
    values (${it.administratorId}, ${it.issuer}, ${it.subject}, ${it.email}, ${it.now}, ${it.now})
    on conflict do nothing returning id`)
  return made?.id
}

export function updateIdentityUsed(tx: Transaction, id: number, now: Date) {
  return tx.run(sql`update administrator_identity set last_used_at = ${now} where id = ${id}`)
}

export function deleteIdentity(tx: Transaction, administratorId: number, id: number) {
  return tx.row<{ issuer: string }>(sql`
    delete from administrator_identity where administrator_id = ${administratorId} and id = ${id}::bigint
    returning issuer`)
}

/** Ends the sessions that began with it. */
export function deleteSessionsBy(
  tx: Transaction,
  administratorId: number,
  identity: number,
  except: Buffer | null,
) {
  return tx.run(sql`
    delete from session
    where administrator_id = ${administratorId} and data->'openid'->'identity' = to_jsonb(${identity}::bigint)
      and id_hash is distinct from ${except}::bytea`)
}
