import sql, { type Sql } from 'sql-template-tag'
import type { Transaction } from '../database/open.ts'
import type { Grant } from './actor.ts'
import type { OpenIdProof } from './openid/second-factor.ts'
import type { Role } from './permissions.ts'
import { PORTAL_ITSELF } from './portal-itself.ts'

export type Administrator = {
  id: number
  email: string
  name: string
  passwordHash: string | null
  /** They may sign in with it where passwords are switched off. */
  isBreakGlass: boolean
  /** They sign in at another system. */
  isLinked: boolean
}

/** Someone who may sign in; disabled ones are as if they weren't there. */
export function selectAdministrator(tx: Transaction, by: { emailKey: string } | { id: number }) {
  const condition = 'id' in by ? sql`id = ${by.id}` : sql`email_key = ${by.emailKey}`
  return tx.row<Administrator>(sql`
    select id, email, name, password_hash as "passwordHash", break_glass_since is not null as "isBreakGlass",
      exists (select from administrator_identity where administrator_id = administrator.id) as "isLinked"
    from administrator
    where disabled_at is null and ${condition}`)
}

/** Anybody who was ever added, disabled or not. */
export function selectAnyAdministrator(tx: Transaction, emailKey: string) {
  return tx.row<{ id: number; disabledAt: Date | null }>(sql`
    select id, disabled_at as "disabledAt" from administrator
    where email_key = ${emailKey} and id <> ${PORTAL_ITSELF}`)
}

export type ListedAdministrator = {
  email: string
  name: string
  /** Since when they may sign in with a password where that is switched off. */
  breakGlassSince: Date | null
  disabledAt: Date | null
  roles: { role: Role; organisation: string | null }[]
  sessions: number
  secondFactor: boolean
}

/** Everybody, with their roles and how many sessions of theirs have not ended. */
export function listAdministrators(tx: Transaction, now: Date) {
  return tx.rows<ListedAdministrator>(sql`
    select email, administrator.name, break_glass_since as "breakGlassSince", disabled_at as "disabledAt",
      coalesce((select jsonb_agg(jsonb_build_object('role', role, 'organisation', code) order by role, code)
        from administrator_role left join organisation on organisation.id = organisation_id
        where administrator_id = administrator.id), '[]') as roles,
      (select count(*)::integer from session
        where administrator_id = administrator.id and expires_at > ${now} and not ${WAITS}) as sessions,
      exists (select from second_factor where administrator_id = administrator.id) as "secondFactor"
    from administrator where id <> ${PORTAL_ITSELF} order by email_key`)
}

/** Those who may sign in, held until the transaction ends: of two that take the last two away, one finds out. */
export function lockGlobalAdministrators(tx: Transaction) {
  return tx.rows<{ id: number }>(sql`
    select administrator.id from administrator join administrator_role on administrator_id = administrator.id
    where role = 'global-administrator' and disabled_at is null order by administrator.id for update`)
}

/** When they were disabled first stays, however often it is said. */
export function updateDisabledAt(tx: Transaction, administratorId: number, at: Date | null) {
  const disabledAt = at === null ? sql`null` : sql`coalesce(disabled_at, ${at})`
  return tx.run(sql`update administrator set disabled_at = ${disabledAt} where id = ${administratorId}`)
}

/** @returns how many that changed: one or none */
export function updateBreakGlass(tx: Transaction, administratorId: number, since: Date | null) {
  return tx.run(sql`
    update administrator set break_glass_since = ${since}
    where id = ${administratorId} and (break_glass_since is null) <> (${since}::timestamptz is null)`)
}

export function selectGrants(tx: Transaction, administratorId: number) {
  return tx.rows<Grant>(sql`
    select role, organisation_id as "organisationId" from administrator_role
    where administrator_id = ${administratorId} order by role, organisation_id`)
}

/** The ID of the new administrator, or of the one who had the address already. */
export async function insertAdministrator(
  tx: Transaction,
  it: { email: string; emailKey: string; name: string },
): Promise<number> {
  const made = await tx.row<{ id: number }>(sql`
    insert into administrator (email, email_key, name) values (${it.email}, ${it.emailKey}, ${it.name})
    on conflict (email_key) do update set email_key = excluded.email_key -- so that its ID is returned
    returning id`)
  return made?.id as number
}

export function selectOrganisationByCode(tx: Transaction, code: string) {
  return tx.row<{ id: number; name: string }>(sql`select id, name from organisation where code = ${code}`)
}

export function insertGrant(
  tx: Transaction,
  administratorId: number,
  role: Role,
  organisationId: number | null,
) {
  return tx.run(sql`
    insert into administrator_role (administrator_id, role, organisation_id)
    values (${administratorId}, ${role}, ${organisationId}) on conflict do nothing`)
}

/** Who may sign in and has one of the roles, over the organisation or, where it is null, over all of them. */
export function selectHolders(tx: Transaction, roles: readonly Role[], organisationId: number | null) {
  return tx.rows<{ id: number; email: string; name: string }>(sql`
    select distinct administrator.id, email, administrator.name
    from administrator join administrator_role on administrator_id = administrator.id
    where disabled_at is null and role = any(${[...roles]}::text[])
      and organisation_id is not distinct from ${organisationId}::integer
    order by administrator.id`)
}

/** @returns how many there were: one or none */
export function deleteGrant(
  tx: Transaction,
  administratorId: number,
  role: Role,
  organisationId: number | null,
): Promise<number> {
  return tx.run(sql`
    delete from administrator_role
    where administrator_id = ${administratorId} and role = ${role}
      and organisation_id is not distinct from ${organisationId}::integer`)
}

/**
 * Takes the roles over an organisation from those who sign in with one of these addresses; what else they have stays.
 * @param held a query for `address_key` and `organisation_id`
 */
export function deleteGrantsUnder(
  tx: Transaction,
  held: Sql,
): Promise<{ administrator: number; role: Role }[]> {
  return tx.rows(sql`
    delete from administrator_role r using (${held}) as held join administrator on email_key = held.address_key
    where r.administrator_id = administrator.id and r.organisation_id = held.organisation_id
    returning r.administrator_id as administrator, r.role`)
}

export function updateLastSignIn(tx: Transaction, administratorId: number, at: Date) {
  return tx.run(sql`update administrator set last_sign_in_at = ${at} where id = ${administratorId}`)
}

export function updatePassword(tx: Transaction, administratorId: number, passwordHash: string) {
  return tx.run(sql`update administrator set password_hash = ${passwordHash} where id = ${administratorId}`)
}

export type StoredSession = {
  administratorId: number
  data: SessionData
  expiresAt: Date
  lastUsedAt: Date | null
}
export type SessionData = {
  startedAt: string
  organisationId?: number
  notice?: string
  /** How they were signed in at another system, where they were. */
  openid?: OpenIdProof
  /** What they signed in with besides the password, and when: an ISO time, as all here. */
  secondFactor?: UsedFactor
  /** When they last showed again who they are. */
  provenAt?: string
  /** The password was right, and the second factor is still to be shown: nobody is signed in by it. */
  waits?: true
  /** What the browser's passkey is to answer, once. */
  challenge?: string
}
export type UsedFactor = { kind: 'app' | 'passkey' | 'recovery-code' | 'provider'; at: string }
export type KeptData = {
  organisationId?: number
  notice?: string | null
  secondFactor?: UsedFactor
  provenAt?: string
  challenge?: string
}

const WAITS = sql`data ? 'waits'`

/** Whoever has a second factor is signed in by no session in which it wasn't shown, however that came to be. */
export function selectStoredSession(tx: Transaction, idHash: Buffer, now: Date) {
  return tx.row<StoredSession>(sql`
    select administrator_id as "administratorId", data, expires_at as "expiresAt", last_used_at as "lastUsedAt"
    from session
    where id_hash = ${idHash} and expires_at > ${now} and administrator_id is not null and not ${WAITS}
      and (data ? 'secondFactor'
        or not exists (select from second_factor f where f.administrator_id = session.administrator_id))`)
}

/** A sign-in that waits for its second factor. */
export function selectWaitingSession(tx: Transaction, idHash: Buffer, now: Date) {
  return tx.row<StoredSession>(sql`
    select administrator_id as "administratorId", data, expires_at as "expiresAt", last_used_at as "lastUsedAt"
    from session
    where id_hash = ${idHash} and expires_at > ${now} and administrator_id is not null and ${WAITS}`)
}

export type NewSession = StoredSession & { browser: string; network: string | null }

export function insertSession(tx: Transaction, idHash: Buffer, session: NewSession) {
  return tx.run(sql`
    insert into session (id_hash, administrator_id, data, expires_at, browser, network, last_used_at)
    values (${idHash}, ${session.administratorId}, ${JSON.stringify(session.data)}, ${session.expiresAt},
      ${session.browser}, ${session.network}, ${session.lastUsedAt})`)
}

/** Only ever an update: a request that was under way can't bring an ended session back. */
export function updateSession(
  tx: Transaction,
  idHash: Buffer,
  set: { data: KeptData } | { expiresAt: Date; lastUsedAt: Date },
) {
  const change: Sql =
    'data' in set
      ? sql`data = jsonb_strip_nulls(data || ${JSON.stringify(set.data)}::jsonb)`
      : sql`expires_at = ${set.expiresAt}, last_used_at = ${set.lastUsedAt}`
  return tx.run(sql`update session set ${change} where id_hash = ${idHash}`)
}

/** What a passkey was asked in this session; it is asked no more. */
export async function takeChallenge(tx: Transaction, idHash: Buffer): Promise<string | undefined> {
  const taken = await tx.row<{ challenge: string | null }>(sql`
    with before as (select id_hash, data->>'challenge' as challenge from session where id_hash = ${idHash} for update)
    update session set data = data - 'challenge' from before where session.id_hash = before.id_hash
    returning before.challenge`)
  return taken?.challenge ?? undefined
}

export function deleteSession(tx: Transaction, idHash: Buffer) {
  return tx.run(sql`delete from session where id_hash = ${idHash}`)
}

export function deleteSessionsOf(tx: Transaction, administratorId: number, except: Buffer | null) {
  return tx.run(sql`
    delete from session
    where administrator_id = ${administratorId} and id_hash is distinct from ${except}::bytea`)
}

/** @returns how many there were: one or none */
export function deleteOwnSession(tx: Transaction, administratorId: number, id: number): Promise<number> {
  return tx.run(sql`delete from session where administrator_id = ${administratorId} and id = ${id}`)
}

export function deleteExpiredSessions(tx: Transaction, now: Date) {
  return tx.run(sql`delete from session where expires_at <= ${now}`)
}

/** That somebody asked for a link, whoever has the address. */
export function insertLinkRequest(tx: Transaction, emailKey: string) {
  return tx.run(sql`insert into link_request (email_key) values (${emailKey})`)
}

/** Takes one of those who asked out, in the transaction of what becomes of it. */
export function takeLinkRequest(tx: Transaction) {
  return tx.row<{ emailKey: string }>(sql`
    delete from link_request where id = (select id from link_request order by id limit 1 for update skip locked)
    returning email_key as "emailKey"`)
}

/** Whether a link that still works was mailed to them since then. */
export async function hasNewLink(tx: Transaction, administratorId: number, since: Date): Promise<boolean> {
  const found = await tx.row(sql`
    select 1 from one_time_link join mail on mail.link_id = one_time_link.id
    where administrator_id = ${administratorId} and used_at is null and mail.created_at > ${since} limit 1`)
  return found !== undefined
}
