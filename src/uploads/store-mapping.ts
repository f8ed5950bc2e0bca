import sql from 'sql-template-tag'
import type { Transaction } from '../database/open.ts'
import type { KeptMapping } from './mapping.ts'

/** What was said of an upload's headings; null takes it back. */
export async function noteMapping(tx: Transaction, id: number, mapping: KeptMapping | null): Promise<void> {
  const kept = mapping && JSON.stringify(mapping)
  await tx.run(sql`update upload set mapping = ${kept}::jsonb where id = ${id}`)
}

/** Has the organisation's next files with such headings read in the same way. */
export async function rememberMapping(
  tx: Transaction,
  remembered: { organisationId: number; headings: Buffer; mapping: KeptMapping; by: number; at: Date },
): Promise<void> {
  const { organisationId, headings, mapping, by, at } = remembered
  await tx.run(sql`insert into heading_mapping (organisation_id, headings, mapping, noted_by, noted_at)
    values (${organisationId}, ${headings}, ${JSON.stringify(mapping)}, ${by}, ${at})
    on conflict (organisation_id, headings)
      do update set mapping = excluded.mapping, noted_by = excluded.noted_by, noted_at = excluded.noted_at`)
}

export async function selectRemembered(
  tx: Transaction,
  organisationId: number,
  headings: Buffer,
): Promise<KeptMapping | undefined> {
  const found = await tx.row<{ mapping: KeptMapping }>(
    sql`select mapping from heading_mapping
        where organisation_id = ${organisationId} and headings = ${headings}`,
  )
  return found?.mapping
}
