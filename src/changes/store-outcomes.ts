import sql from 'sql-template-tag'
import type { Transaction } from '../database/open.ts'
import type { ResultCounts } from './change-set.ts'
import { plannedOutcome } from './outcome.ts'
import { type Chunk, ofChunk } from './write-accounts.ts'

/** The chunk's row in the history: when its changes were applied. */
export async function noteChunk(tx: Transaction, chunk: Chunk): Promise<void> {
  await tx.run(sql`insert into chunk (change_set_id, from_row, to_row, organisation_id, applied_at)
    values (${chunk.changeSetId}, ${chunk.fromRow}, ${chunk.toRow}, ${chunk.organisationId}, ${chunk.at})`)
}

/** Counts the outcomes of a chunk that has just been written. */
export function countOutcomes(
  tx: Transaction,
  chunk: Chunk,
): Promise<{ outcome: keyof ResultCounts; count: number }[]> {
  return tx.rows(
    sql`select coalesce(c.result, ${plannedOutcome()}) as outcome, count(*) from change c
        where ${ofChunk(chunk)} group by 1`,
  )
}

/** Notes a row that couldn't be written, and why. */
export async function failRow(tx: Transaction, chunk: Chunk, detail: string): Promise<void> {
  await tx.run(sql`update change c set result = 'failed', detail = ${detail}
    where ${ofChunk(chunk)} and c.action not in ('error', 'unchanged')`)
}

/** A row whose outcome isn't what its action says. */
export type Exception = {
  row: number
  result: 'updated' | 'unchanged' | 'failed'
  detail: string | null
  /** Fields that held the new value already. */
  unwritten: string[]
  /** The account that has the local ID which the row would have taken. */
  similarAccountId: number | null
}

export async function noteExceptions(
  tx: Transaction,
  changeSetId: number,
  exceptions: readonly Exception[],
): Promise<void> {
  await tx.run(
    sql`update change c set result = e.result, detail = e.detail,
          similar_account_id = coalesce(e.similar_id, c.similar_account_id),
          unwritten = case when e.unwritten = '' then null else string_to_array(e.unwritten, ',') end
        from unnest(
          ${exceptions.map((one) => one.row)}::integer[],
          ${exceptions.map((one) => one.result)}::text[],
          ${exceptions.map((one) => one.detail)}::text[],
          ${exceptions.map((one) => one.unwritten.join(','))}::text[],
          ${exceptions.map((one) => one.similarAccountId)}::bigint[])
          as e (row_number, result, detail, unwritten, similar_id)
        where c.change_set_id = ${changeSetId} and c.row_number = e.row_number`,
  )
}
