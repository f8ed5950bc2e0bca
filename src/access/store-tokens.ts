import sql from 'sql-template-tag'
import type { Transaction } from '../database/open.ts'
import type { Limit } from './actor.ts'
import type { Role } from './permissions.ts'

export type StoredToken = { id: number; administratorId: number; lastUsedAt: Date | null } & Limit

/** The token, unless it was revoked or its time is over. */
export function selectToken(tx: Transaction, tokenHash: Buffer, now: Date) {
  return tx.row<StoredToken>(sql`
    select id, administrator_id as "administratorId", last_used_at as "lastUsedAt",
      organisation_id as "organisationId", role
    from api_token
    where token_hash = ${tokenHash} and revoked_at is null and (expires_at is null or expires_at > ${now})`)
}

export type NewToken = { administratorId: number; name: string; expiresAt: Date | null } & Limit

export async function insertToken(
  tx: Transaction,
  tokenHash: Buffer,
  { administratorId, name, expiresAt, organisationId, role }: NewToken,
  now: Date,
): Promise<number> {
  const made = await tx.row<{ id: number }>(sql`
    insert into api_token (token_hash, administrator_id, name, expires_at, organisation_id, role, created_at)
    values (${tokenHash}, ${administratorId}, ${name}, ${expiresAt}, ${organisationId}, ${role}, ${now})
    returning id`)
  return made?.id as number
}

/** What a token is good for at most, and until when. */
export function selectTokenById(tx: Transaction, id: number) {
  return tx.row<{ organisationCode: string | null; role: Role | null; expiresAt: Date | null }>(sql`
    select code as "organisationCode", role, expires_at as "expiresAt"
    from api_token left join organisation on organisation.id = organisation_id where api_token.id = ${id}::bigint`)
}

export function noteTokenUse(tx: Transaction, id: number, now: Date) {
  return tx.run(sql`update api_token set last_used_at = ${now} where id = ${id}`)
}

export type ListedToken = {
  id: number
  email: string
  name: string
  organisation: string | null
  role: Role | null
  createdAt: Date
  lastUsedAt: Date | null
  expiresAt: Date | null
  revokedAt: Date | null
}

/** Every token, or one administrator's, the newest first. */
export function listTokens(tx: Transaction, emailKey: string | null) {
  return tx.rows<ListedToken>(sql`
    select api_token.id, email, api_token.name, organisation.code as organisation, role,
      api_token.created_at as "createdAt", last_used_at as "lastUsedAt", expires_at as "expiresAt",
      revoked_at as "revokedAt"
    from api_token join administrator on administrator.id = administrator_id
      left join organisation on organisation.id = organisation_id
    where ${emailKey}::text is null or email_key = ${emailKey}
    order by api_token.id desc`)
}

/** @returns whose it was, or undefined where there is none that could still be revoked */
export function revokeStoredToken(tx: Transaction, id: number, now: Date) {
  return tx.row<{ administratorId: number } & Limit>(sql`
    update api_token set revoked_at = ${now} where id = ${id}::bigint and revoked_at is null
    returning administrator_id as "administratorId", organisation_id as "organisationId", role`)
}

/** @returns how many there were */
export function revokeTokensOf(tx: Transaction, administratorId: number, now: Date): Promise<number> {
  return tx.run(sql`
    update api_token set revoked_at = ${now}
    where administrator_id = ${administratorId} and revoked_at is null
      and (expires_at is null or expires_at > ${now})`)
}

/** Those for one organisation in which their holder has no role any more. @returns how many there were */
export function revokeTokensWithoutRole(
  tx: Transaction,
  administratorId: number,
  now: Date,
): Promise<number> {
  return tx.run(sql`
    update api_token t set revoked_at = ${now}
    where administrator_id = ${administratorId} and revoked_at is null and organisation_id is not null
      and not exists (select from administrator_role r where r.administrator_id = t.administrator_id
        and (r.organisation_id is null or r.organisation_id = t.organisation_id))`)
}
