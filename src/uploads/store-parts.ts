import sql from 'sql-template-tag'
import { inScope } from '../access/scope-sql.ts'
import { insertChangeSet } from '../changes/store.ts'
import type { Scope, Transaction } from '../database/open.ts'
import type { KeptMapping } from './mapping.ts'
import type { KeptPart } from './part.ts'

/** Has an upload's file divided at its check, among these organisations at most. */
export async function noteDivideAmong(tx: Transaction, id: number, among: Scope): Promise<void> {
  await tx.run(sql`update upload set divide_among = ${JSON.stringify(among)}::jsonb where id = ${id}`)
}

export type ToDivide = { among: Scope; by: number }

/** Undefined for an upload whose file isn't to be divided, or not any more. */
export function selectToDivide(tx: Transaction, id: number): Promise<ToDivide | undefined> {
  return tx.row<ToDivide>(
    sql`select u.divide_among as among, s.created_by as by from upload u join change_set s on s.id = u.id
        where u.id = ${id} and u.divide_among is not null and s.status = 'checking'`,
  )
}

/** The open organisations that have one of these codes. */
export function selectNamed(
  tx: Transaction,
  scope: Scope,
  codes: readonly string[],
): Promise<{ id: number; code: string }[]> {
  return tx.rows(
    sql`select id, code from organisation
        where code = any(${[...codes]}::text[]) and closed_at is null and ${inScope(scope, 'id')}`,
  )
}

export type PartPiece = { id: number; organisationId: number; number: number; bytes: Buffer }

export async function insertPieces(tx: Transaction, pieces: readonly PartPiece[]): Promise<void> {
  const column = <Key extends keyof PartPiece>(key: Key) => pieces.map((piece) => piece[key])
  await tx.run(sql`insert into upload_bytes (upload_id, number, organisation_id, bytes)
    select * from unnest(${column('id')}::bigint[], ${column('number')}::integer[],
      ${column('organisationId')}::integer[], ${column('bytes')}::bytea[])`)
}

/** What was made of the file takes its place: the pieces from a number on, counted from nought. */
export async function replaceBytes(tx: Transaction, id: number, from: number): Promise<void> {
  await tx.run(sql`delete from upload_bytes where upload_id = ${id} and number < ${from}`)
  await tx.run(sql`update upload_bytes set number = number - ${from} where upload_id = ${id}`)
}

export type Part = {
  part: KeptPart
  mapping: KeptMapping | null
  lines: number
}

/** The upload as which a file came becomes its organisation's part of it. */
export async function becomePart(tx: Transaction, id: number, { part, mapping, lines }: Part): Promise<void> {
  await tx.run(sql`update upload set divide_among = null, divided_from = id, part = ${JSON.stringify(part)}::jsonb,
    mapping = ${mapping && JSON.stringify(mapping)}::jsonb, lines = ${lines}, rows_read = 0 where id = ${id}`)
}

/** An upload of another organisation, with its rows of the same file. */
export async function insertPart(
  tx: Transaction,
  from: number,
  {
    part,
    mapping,
    lines,
    ...upload
  }: Part & { id: number; organisationId: number; by: number; at: Date; size: number },
): Promise<void> {
  const { id, organisationId, by, at, size } = upload
  await insertChangeSet(tx, { id, organisationId, kind: 'upload', status: 'checking', by, at })
  await tx.run(sql`insert into upload (id, organisation_id, filename, note, mode, size_bytes, sha256, lines, encoding, format,
      sheet, other_sheets, mapping, divided_from, part)
    select ${id}, ${organisationId}, filename, note, mode, ${size}, sha256, ${lines}, encoding, format, sheet, other_sheets,
      ${mapping && JSON.stringify(mapping)}::jsonb, id, ${JSON.stringify(part)}::jsonb
    from upload where id = ${from}`)
}
