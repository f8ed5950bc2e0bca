import sql from 'sql-template-tag'
import type { Transaction } from '../database/open.ts'
import type { ListRow } from './read-organisation-list.ts'

export type ListAction = 'add' | 'change' | 'unchanged' | 'error'

export type OrganisationList = {
  id: number
  filename: string
  status: 'checked' | 'queued' | 'completed' | 'failed'
  createdBy: string
  createdAt: Date
  completedAt: Date | null
  counts: Record<ListAction, number>
  /** How many of those to add or change were written. */
  done: number
}

export type PlannedRow = ListRow & {
  action: ListAction
  wasName: string | null
  wasPostcode: string | null
  wasClosed: boolean | null
  done: boolean
}

export async function insertList(
  tx: Transaction,
  list: { filename: string; createdBy: number; now: Date },
): Promise<number> {
  const made = await tx.row<{ id: number }>(sql`
    insert into organisation_list (filename, status, created_by, created_at)
    values (${list.filename}, 'checked', ${list.createdBy}, ${list.now}) returning id`)
  return made?.id as number
}

/** What each row would do, by the organisations as they are now. */
export async function planRows(tx: Transaction, listId: number, rows: readonly ListRow[]): Promise<void> {
  await tx.run(sql`
    insert into organisation_list_row
      (list_id, row, code, name, postcode, closed, problem, action, was_name, was_postcode, was_closed)
    select ${listId}, r.row, r.code, r.name, r.postcode, r.closed, r.problem,
      case when r.problem is not null then 'error' when o.id is null then 'add'
        when o.name = r.name and (r.postcode is null or o.postcode is not distinct from r.postcode)
          and (o.closed_at is not null) = r.closed then 'unchanged'
        else 'change' end,
      o.name, o.postcode, o.closed_at is not null
    from unnest(${rows.map((it) => it.row)}::integer[], ${rows.map((it) => it.code)}::text[],
        ${rows.map((it) => it.name)}::text[], ${rows.map((it) => it.postcode)}::text[],
        ${rows.map((it) => it.closed)}::boolean[], ${rows.map((it) => it.problem)}::text[])
      as r (row, code, name, postcode, closed, problem)
      left join organisation o on o.code = r.code`)
}

export function selectList(tx: Transaction, id: number) {
  return tx.row<OrganisationList>(sql`
    select l.id, l.filename, l.status, a.name as "createdBy", l.created_at as "createdAt",
      l.completed_at as "completedAt", counted.done,
      jsonb_build_object('add', counted.add, 'change', counted.change, 'unchanged', counted.unchanged,
        'error', counted.error) as counts
    from organisation_list l join administrator a on a.id = l.created_by, lateral (
      select count(*) filter (where action = 'add') as add, count(*) filter (where action = 'change') as change,
        count(*) filter (where action = 'unchanged') as unchanged,
        count(*) filter (where action = 'error') as error, count(*) filter (where done) as done
      from organisation_list_row where list_id = l.id) counted
    where l.id = ${id}`)
}

export function selectListRows(
  tx: Transaction,
  listId: number,
  { action, after, limit }: { action: ListAction; after: number; limit: number },
) {
  return tx.rows<PlannedRow>(sql`
    select row, code, name, postcode, closed, problem, action, was_name as "wasName",
      was_postcode as "wasPostcode", was_closed as "wasClosed", done
    from organisation_list_row
    where list_id = ${listId} and action = ${action} and row > ${after} order by row limit ${limit}`)
}

/** @returns how many it was: one, or none where it had another status */
export function moveList(
  tx: Transaction,
  id: number,
  move: { from: 'checked' | 'queued'; to: 'queued' | 'completed' | 'failed'; at?: Date },
): Promise<number> {
  return tx.run(sql`
    update organisation_list set status = ${move.to}, completed_at = ${move.at ?? null}
    where id = ${id} and status = ${move.from}`)
}

/**
 * Writes what the rows say, but for those whose organisation is no longer what it was when they were planned.
 * @returns how many were written
 */
export async function applyRows(tx: Transaction, listId: number, now: Date): Promise<number> {
  await tx.run(sql`lock table organisation in share row exclusive mode`) // who reads isn't kept waiting
  const added = await tx.run(sql`
    update organisation_list_row r set done = true
    where list_id = ${listId} and action = 'add' and not exists (select from organisation where code = r.code)`)
  const changed = await tx.run(sql`
    update organisation_list_row r set done = true from organisation o
    where r.list_id = ${listId} and r.action = 'change' and o.code = r.code and o.name = r.was_name
      and o.postcode is not distinct from r.was_postcode and (o.closed_at is not null) = r.was_closed`)
  await tx.run(sql`
    update organisation o set name = r.name, postcode = coalesce(r.postcode, o.postcode),
      closed_at = case when r.closed then coalesce(o.closed_at, ${now}::timestamptz) end
    from organisation_list_row r
    where r.list_id = ${listId} and r.action = 'change' and r.done and o.code = r.code`)
  await tx.run(sql`
    insert into organisation (code, name, postcode, closed_at)
    select code, name, postcode, case when closed then ${now}::timestamptz end
    from organisation_list_row where list_id = ${listId} and action = 'add' and done`)
  return added + changed
}
