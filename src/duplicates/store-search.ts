import sql from 'sql-template-tag'
import { inScope } from '../access/scope-sql.ts'
import type { Scope, Transaction } from '../database/open.ts'
import { PRESENT_STATUSES } from '../directory/account-filter.ts'
import type { Reason } from '../queue/given-up.ts'

/** The last search of an organisation for accounts of one person. */
export type DuplicateSearch = {
  status: 'running' | 'completed' | 'failed'
  askedBy: string
  begunAt: Date
  endedAt: Date | null
  progress: { done: number; total: number }
  /** Why it failed. */
  reason: Reason | null
}

/** How many accounts of an organisation are of people who are there. */
export async function countPresent(tx: Transaction, organisationId: number): Promise<number> {
  const found = await tx.row<{ present: number }>(
    sql`select count(*) as present from account
        where organisation_id = ${organisationId} and status = any(${[...PRESENT_STATUSES]}::text[])`,
  )
  return found?.present ?? 0
}

/** Begins a search in place of the last one. @returns false while one is under way */
export async function insertSearch(
  tx: Transaction,
  search: { organisationId: number; by: number; total: number; now: Date },
): Promise<boolean> {
  const made = await tx.run(sql`
    insert into duplicate_search (organisation_id, status, asked_by, begun_at, total)
    values (${search.organisationId}, 'running', ${search.by}, ${search.now}, ${search.total})
    on conflict (organisation_id) do update set status = 'running', asked_by = excluded.asked_by,
      begun_at = excluded.begun_at, ended_at = null, done = 0, total = excluded.total, reason = null
    where duplicate_search.status <> 'running'`)
  return made > 0
}

export async function selectSearch(
  tx: Transaction,
  scope: Scope,
  organisationId: number,
): Promise<DuplicateSearch | null> {
  const found = await tx.row<Omit<DuplicateSearch, 'progress'> & { done: number; total: number }>(sql`
    select s.status, w.name as "askedBy", s.begun_at as "begunAt", s.ended_at as "endedAt", s.done, s.total, s.reason
    from duplicate_search s join administrator w on w.id = s.asked_by
    where ${inScope(scope, 's.organisation_id', organisationId)}`)
  if (found === undefined) return null
  const { done, total, ...search } = found
  return { ...search, progress: { done, total } }
}

export function noteSearched(tx: Transaction, organisationId: number, done: number): Promise<number> {
  return tx.run(sql`update duplicate_search set done = ${done} where organisation_id = ${organisationId}`)
}

export function endSearch(
  tx: Transaction,
  organisationId: number,
  end: { status: 'completed' } | { status: 'failed'; reason: Reason },
  now: Date,
): Promise<number> {
  const reason = end.status === 'failed' ? JSON.stringify(end.reason) : null
  return tx.run(sql`update duplicate_search set status = ${end.status}, reason = ${reason}::jsonb, ended_at = ${now}
    where organisation_id = ${organisationId} and status = 'running'`)
}
