import sql, { type Sql } from 'sql-template-tag'
import { inScope } from '../access/scope-sql.ts'
import type { Problem } from '../changes/problem.ts'
import type { Scope, Transaction } from '../database/open.ts'
import { type ProblemKind, type StoredProblem, unpack } from './problem-kinds.ts'

export async function insertProblemKinds(
  tx: Transaction,
  upload: { id: number; organisationId: number },
  kinds: readonly { number: number; kind: ProblemKind }[],
): Promise<void> {
  if (kinds.length === 0) return
  await tx.run(
    sql`insert into problem_kind (change_set_id, organisation_id, number, kind)
        select ${upload.id}, ${upload.organisationId}, * from unnest(
          ${kinds.map(({ number }) => number)}::integer[],
          ${kinds.map(({ kind }) => JSON.stringify(kind))}::jsonb[])`,
  )
}

/** Rows of an upload with their problems as people read them. */
export async function withProblems<Row extends { problems: StoredProblem[] | null }>(
  tx: Transaction,
  scope: Scope,
  uploadId: number,
  rows: readonly Row[],
): Promise<(Omit<Row, 'problems'> & { problems: Problem[] })[]> {
  const wanted = new Set(
    rows.flatMap(({ problems }) =>
      (problems ?? []).flatMap((problem) => (Array.isArray(problem) ? problem[0] : [])),
    ),
  )
  const kinds = await findProblemKinds(tx, scope, uploadId, [...wanted])
  return rows.map((row) => ({
    ...row,
    problems: (row.problems ?? []).map((problem) => unpack(problem, kinds)),
  }))
}

async function findProblemKinds(
  tx: Transaction,
  scope: Scope,
  uploadId: number,
  numbers: number[],
): Promise<Map<number, ProblemKind>> {
  if (numbers.length === 0) return new Map()
  const found = await tx.rows<{ number: number; kind: ProblemKind }>(
    sql`select number, kind from problem_kind
        where change_set_id = ${uploadId} and number = any(${numbers}::integer[])
          and ${inScope(scope, 'organisation_id')}`,
  )
  return new Map(found.map(({ number, kind }) => [number, kind]))
}

/** The condition for rows of `change c` with a problem of a code. */
export function hasProblem(scope: Scope, uploadId: number, code: string): Sql {
  return sql`c.problems @> any(array(
      select jsonb_build_array(jsonb_build_array(number)) from problem_kind
      where change_set_id = ${uploadId} and ${inScope(scope, 'organisation_id')} and kind->>'code' = ${code})
    || ${JSON.stringify([{ code }])}::jsonb)`
}

/** The condition for rows of `change c` with a warning of any kind. */
export function hasWarning(scope: Scope, uploadId: number): Sql {
  return sql`c.problems @> any(array(
      select jsonb_build_array(jsonb_build_array(number)) from problem_kind
      where change_set_id = ${uploadId} and ${inScope(scope, 'organisation_id')} and kind->>'severity' = 'warning')
    || ${JSON.stringify([{ severity: 'warning' }])}::jsonb)`
}
