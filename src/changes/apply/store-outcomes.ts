import sql from 'sql-template-tag'
import type { Transaction } from '../../database/open.ts'
import { type ChangeResult, CREATES, REACHED_OUTCOME, type ResultCounts, WRITES_FIELDS } from '../change.ts'
import { type Chunk, ofChunk } from './write-accounts.ts'

/** The chunk's row in the history: when its changes were applied. */
export async function noteChunk(tx: Transaction, chunk: Chunk): Promise<void> {
  await tx.run(sql`insert into chunk (change_set_id, from_row, to_row, organisation_id, counterpart_id, applied_at)
    select id, ${chunk.fromRow}, ${chunk.toRow}, organisation_id, counterpart_id, ${chunk.at}
    from change_set where id = ${chunk.changeSetId}`)
}

/** Counts the outcomes of a chunk that has just been written. */
export function countOutcomes(
  tx: Transaction,
  chunk: Chunk,
): Promise<{ outcome: keyof ResultCounts; count: number }[]> {
  return tx.rows(
    sql`select ${REACHED_OUTCOME} as outcome, count(*) from change c
        where ${ofChunk(chunk)} group by 1`,
  )
}

/** Notes a row that couldn't be written, and why. */
export async function failRow(tx: Transaction, chunk: Chunk, detail: string): Promise<void> {
  await tx.run(sql`update change c set result = 'failed', detail = ${detail}
    where ${ofChunk(chunk)} and (${WRITES_FIELDS} or ${CREATES})`)
}

/** What became of a row whose outcome isn't what its action says, or that was judged by itself. */
export type Unforeseen = {
  row: number
  result: ChangeResult
  detail?: string | null
  /** What is to be said of its fields, besides what the plan says. */
  problems?: readonly object[]
  /** Fields that weren't written: they held the new value already, or are kept. */
  unwritten?: readonly string[]
  /** The account's version that was written. */
  version?: number
  /** The account that has the local ID which the row would have taken. */
  similarAccountId?: number | null
}

export async function noteUnforeseen(
  tx: Transaction,
  changeSetId: number,
  outcomes: readonly Unforeseen[],
): Promise<void> {
  await tx.run(
    sql`update change c set result = e.result, detail = e.detail, written_version = e.version,
          similar_account_id = coalesce(e.similar_id, c.similar_account_id),
          problems = case when e.problems = '[]' then c.problems
            else coalesce(c.problems, '[]') || e.problems end,
          unwritten = case when e.unwritten = '' then null else string_to_array(e.unwritten, ',') end
        from unnest(
          ${outcomes.map((one) => one.row)}::integer[],
          ${outcomes.map((one) => one.result)}::text[],
          ${outcomes.map((one) => one.detail ?? null)}::text[],
          ${outcomes.map((one) => JSON.stringify(one.problems ?? []))}::jsonb[],
          ${outcomes.map((one) => (one.unwritten ?? []).join(','))}::text[],
          ${outcomes.map((one) => one.version ?? null)}::integer[],
          ${outcomes.map((one) => one.similarAccountId ?? null)}::bigint[])
          as e (row_number, result, detail, problems, unwritten, version, similar_id)
        where c.change_set_id = ${changeSetId} and c.row_number = e.row_number`,
  )
}

/** The addresses that new accounts were given in place of the proposed ones: the history tells of what was. */
export async function noteAllotted(
  tx: Transaction,
  chunk: Chunk,
  allotted: readonly { row: number; address: string }[],
): Promise<void> {
  if (allotted.length === 0) return
  await tx.run(
    sql`update change c set after = c.after || jsonb_build_object('emailAddress', e.address)
        from unnest(${allotted.map((one) => one.row)}::integer[], ${allotted.map((one) => one.address)}::text[])
          as e (row_number, address)
        where c.change_set_id = ${chunk.changeSetId} and c.row_number = e.row_number`,
  )
}
