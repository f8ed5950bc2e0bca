import sql from 'sql-template-tag'
import type { Transaction } from '../../database/open.ts'

/** What somebody can sign in with besides their password. */
export type FactorKind = 'app' | 'passkey'

export type StoredFactor = {
  id: number
  kind: FactorKind
  name: string
  createdAt: Date
  lastUsedAt: Date | null
}

/** The oldest first. */
export function selectFactors(tx: Transaction, administratorId: number) {
  return tx.rows<StoredFactor>(sql`
    select id, kind, name, created_at as "createdAt", last_used_at as "lastUsedAt" from second_factor
    where administrator_id = ${administratorId} order by id`)
}

export function selectApps(tx: Transaction, administratorId: number) {
  return tx.rows<{ id: number; secret: Buffer }>(sql`
    select id, secret from second_factor where administrator_id = ${administratorId} and kind = 'app' order by id`)
}

export async function insertApp(
  tx: Transaction,
  app: { administratorId: number; name: string; secret: Buffer; step: number },
  at: Date,
): Promise<number> {
  const made = await tx.row<{ id: number }>(sql`
    insert into second_factor (administrator_id, kind, name, secret, last_step, created_at)
    values (${app.administratorId}, 'app', ${app.name}, ${app.secret}, ${app.step}, ${at}) returning id`)
  return made?.id as number
}

/** Uses up the code of a half minute and all before it. @returns whether it wasn't yet: of two at once one is told so */
export async function takeStep(tx: Transaction, id: number, step: number, at: Date): Promise<boolean> {
  const taken = await tx.run(sql`
    update second_factor set last_step = ${step}, last_used_at = ${at} where id = ${id} and last_step < ${step}`)
  return taken > 0
}

/** @returns what it was called; undefined where it isn't theirs */
export function deleteFactor(tx: Transaction, administratorId: number, id: number) {
  return tx.row<{ kind: FactorKind }>(sql`
    delete from second_factor where administrator_id = ${administratorId} and id = ${id}::bigint returning kind`)
}

/** With the codes for when they are lost. @returns how many factors there were */
export async function deleteFactorsOf(tx: Transaction, administratorId: number): Promise<number> {
  await tx.run(sql`delete from recovery_code where administrator_id = ${administratorId}`)
  return tx.run(sql`delete from second_factor where administrator_id = ${administratorId}`)
}

export function selectRecoveryCodes(tx: Transaction, administratorId: number) {
  return tx.rows<{ id: number; codeHash: string }>(sql`
    select id, code_hash as "codeHash" from recovery_code
    where administrator_id = ${administratorId} and used_at is null order by id`)
}

/** Uses one up. @returns whether it wasn't yet */
export async function takeRecoveryCode(tx: Transaction, id: number, at: Date): Promise<boolean> {
  return (
    (await tx.run(sql`update recovery_code set used_at = ${at} where id = ${id} and used_at is null`)) > 0
  )
}

/** In the place of those that there were. */
export async function replaceRecoveryCodes(
  tx: Transaction,
  administratorId: number,
  hashes: readonly string[],
): Promise<void> {
  await tx.run(sql`delete from recovery_code where administrator_id = ${administratorId}`)
  await tx.run(sql`
    insert into recovery_code (administrator_id, code_hash)
    select ${administratorId}::integer, hash from unnest(${[...hashes]}::text[]) as hash`)
}

/** Of several who change what somebody signs in with, one at a time does, until its transaction ends. */
export function lockFactors(tx: Transaction, administratorId: number) {
  return tx.run(sql`select id from administrator where id = ${administratorId} for no key update`)
}
