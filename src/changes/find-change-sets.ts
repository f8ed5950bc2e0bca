import sql, { empty, raw, type Sql } from 'sql-template-tag'
import type { Actor } from '../access/actor.ts'
import type { Action } from '../access/permissions.ts'
import { inScope } from '../access/scope-sql.ts'
import { NotFound } from '../errors.ts'
import type { Portal } from '../portal.ts'
import type { Deed } from './bulk-actions.ts'
import { RESULTS, type ResultCounts } from './change.ts'
import { type Counts, NO_COUNTS, shareApplied } from './change-set.ts'
import type { Kind } from './kinds.ts'
import { asOnlooker, inTheirSight, requireSight, sightOf } from './sight.ts'
import { inSight } from './sight-sql.ts'
import type { Status } from './status.ts'

type Person = { id: number; name: string }

/** A change set of any kind, as pages, the API and the commands show it. */
export type ShownChangeSet = {
  id: number
  kind: Kind
  organisation: { id: number; code: string; name: string }
  /** The second organisation that it touches: where people are transferred to. */
  counterpart: { id: number; code: string; name: string } | null
  status: Status
  /** What one must be allowed to confirm it and to take it back, where that isn't what its kind asks for. */
  permission: Action | null
  /** What a bulk action does. */
  deed: Deed | null
  /** Which daily step it is. */
  step: string | null
  /** Why it was rejected or failed, and what to do. */
  reason: { code: string; message: string } | null
  /** What it is called by, where it has a name: an upload's file. */
  name: string | null
  /** The set that it takes back. */
  undoes: { id: number; kind: Kind; name: string | null; deed: Deed | null } | null
  /** What of that set; null for all of it. */
  part: { rows: number | null; fields: string[] | null } | null
  /** The newest set that takes it back, unless that came to nothing. */
  undoneBy: { id: number; status: Status; by: string; at: Date; whole: boolean } | null
  fields: string[]
  counts: Counts
  results: ResultCounts
  /** Rows applied, of all. */
  progress: { done: number; total: number }
  createdBy: Person
  createdAt: Date
  confirmedBy: Person | null
  confirmedAt: Date | null
  cancelRequested: boolean
  completedAt: Date | null
}

/** @throws NotFound for a set that isn't there or is out of scope, Forbidden for who may see none */
export function findChangeSet(portal: Portal, actor: Actor, id: number): Promise<ShownChangeSet> {
  return asOnlooker(portal, actor, async (tx, sight) => {
    const row = await tx.row<Stored>(
      sql`${SET} where s.id = ${id}
        and (${inScope(sight.any, 's.organisation_id')} or ${inScope(sight.any, 's.counterpart_id')} and s.is_shared)`,
    )
    if (!row) throw new NotFound('There is no such change.')
    requireSight(sight, { ...row, organisationId: row.organisation.id })
    return toShown(row)
  })
}

/** Whether somebody may see this set. */
export async function maySee(portal: Portal, actor: Actor, id: number): Promise<boolean> {
  return inTheirSight(portal, sightOf(actor), async (tx, sight) => {
    const seen = await tx.row(sql`select from change_set s where s.id = ${id} and ${inSight(sight)}`)
    return seen !== undefined
  })
}

/** Change sets of every kind, newest first. `after` is the ID of the last one of the page before. */
export function listChangeSets(
  portal: Portal,
  actor: Actor,
  wanted: {
    organisationId?: number
    /** Only these. */
    ids?: readonly number[]
    kind?: Kind | undefined
    status?: Status | undefined
    after?: number | undefined
    limit: number
  },
): Promise<{ changeSets: ShownChangeSet[]; next: number | null }> {
  return asOnlooker(portal, actor, async (tx, sight) => {
    const rows = await tx.rows<Stored>(
      sql`${SET} where ${inSight(sight, 's', wanted.organisationId)}
        ${wanted.ids === undefined ? empty : sql`and s.id = any(${[...wanted.ids]}::bigint[])`}
        ${wanted.kind === undefined ? empty : sql`and s.kind = ${wanted.kind}`}
        ${wanted.status === undefined ? empty : sql`and s.status = ${wanted.status}`}
        ${wanted.after === undefined ? empty : sql`and s.id < ${wanted.after}`}
        order by s.id desc limit ${wanted.limit + 1}`,
    )
    const changeSets = rows.slice(0, wanted.limit).map(toShown)
    return { changeSets, next: rows.length > wanted.limit ? (changeSets.at(-1)?.id ?? null) : null }
  })
}

type Stored = Omit<ShownChangeSet, 'counts' | 'results' | 'progress'> & {
  counterpartId: number | null
  counts: Partial<Counts>
  results: Partial<ResultCounts>
  mark: number
  firstRow: number
  lastRow: number
}

/** What a set is known by: its file, its own name, the only person that it is about, or where people were transferred. */
function nameFor(set: 's' | 'undone'): Sql {
  return raw(`coalesce((select filename from upload where id = ${set}.id), ${set}.name, case when ${set}.kind = 'edit' or ${set}.kind = 'action' and ${set}.last_row = 1 then (
    select nullif(concat_ws(' ', a.first_name, a.last_name), '') from change c join account a on a.id = c.account_id
    where c.change_set_id = ${set}.id order by c.row_number limit 1)
    when ${set}.kind = 'transfer' then case when ${set}.counterpart_id is null then 'within ' else 'to ' end || (
      select name from organisation where id = coalesce(${set}.counterpart_id, ${set}.organisation_id)) end)`)
}

/** Whom it is about isn't told: that may be many. */
function deedOf(set: 's' | 'undone'): Sql {
  return raw(`case when ${set}.kind = 'action' then ${set}.selection - 'accounts' end`)
}

const SET: Sql = sql`
  select s.id, s.kind, json_build_object('id', o.id, 'code', o.code, 'name', o.name) as organisation,
    case when other.id is not null then json_build_object('id', other.id, 'code', other.code, 'name', other.name) end
      as counterpart, s.status, s.permission, s.counterpart_id as "counterpartId", ${deedOf('s')} as deed, s.step,
    s.reason, ${nameFor('s')} as name, s.fields, s.counts, s.results, s.mark, s.first_row as "firstRow",
    s.last_row as "lastRow",
    case when undone.id is not null then json_build_object('id', undone.id, 'kind', undone.kind,
      'name', ${nameFor('undone')}, 'deed', ${deedOf('undone')}) end as undoes,
    case when s.undoes_id is not null and s.selection <> '{}' then json_build_object('rows', jsonb_array_length(s.selection->'rows'),
      'fields', s.selection->'fields') end as part,
    (select json_build_object('id', b.id, 'status', b.status, 'by', by.name, 'at', coalesce(b.completed_at, b.created_at),
        'whole', coalesce(b.selection, '{}') = '{}')
      from change_set b join administrator by on by.id = b.created_by
      where b.undoes_id = s.id and b.status not in ('cancelled', 'failed', 'rejected')
      order by b.id desc limit 1) as "undoneBy",
    json_build_object('id', creator.id, 'name', creator.name) as "createdBy", s.created_at as "createdAt",
    case when confirmer.id is not null
      then json_build_object('id', confirmer.id, 'name', confirmer.name) end as "confirmedBy",
    s.confirmed_at as "confirmedAt", s.cancelled_by is not null as "cancelRequested",
    s.completed_at as "completedAt"
  from change_set s
  join organisation o on o.id = s.organisation_id
  left join organisation other on other.id = s.counterpart_id
  left join change_set undone on undone.id = s.undoes_id
  join administrator creator on creator.id = s.created_by
  left join administrator confirmer on confirmer.id = s.confirmed_by`

const NO_RESULTS = Object.fromEntries(RESULTS.map((result) => [result, 0])) as ResultCounts

function toShown({
  counts,
  results,
  mark,
  firstRow,
  lastRow,
  undoneBy,
  counterpartId: _,
  ...set
}: Stored): ShownChangeSet {
  const all = { ...NO_COUNTS, ...counts }
  const share = shareApplied({ mark, firstRow, lastRow })
  const done = set.status === 'completed' ? all.rows : Math.min(all.rows, Math.round(share * all.rows))
  return {
    ...set,
    undoneBy: undoneBy && { ...undoneBy, at: new Date(undoneBy.at) },
    counts: all,
    results: { ...NO_RESULTS, ...results },
    progress: { done, total: all.rows },
  }
}
