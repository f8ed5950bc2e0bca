import sql, { empty } from 'sql-template-tag'
import { inScope } from '../access/scope-sql.ts'
import type { Resemblance } from '../changes/plan/likely-same-person.ts'
import { IS_UNDER_WAY, type Status } from '../changes/status.ts'
import type { Scope, Transaction } from '../database/open.ts'
import { PRESENT_STATUSES } from '../directory/account-filter.ts'

/** Two accounts that are likely to be of one person, each with the version that was compared; `one` has the lesser ID. */
export type FoundPair = {
  one: number
  other: number
  oneVersion: number
  otherVersion: number
  found: Resemblance
  /** 0 where they are most alike. */
  strength: number
}

export type StoredPair = {
  one: number
  other: number
  found: Resemblance
  strength: number
  foundAt: Date
  /** Who said that they are two people. */
  notSame: { by: string; at: Date } | null
  /** A change set under way that makes one of them a leaver. */
  changeSet: { id: number; status: Status } | null
}

/** Notes pairs; what was said of one that is there already stays. */
export async function upsertPairs(
  tx: Transaction,
  organisationId: number,
  pairs: readonly FoundPair[],
  at: Date,
): Promise<void> {
  await tx.run(
    sql`insert into duplicate_pair (organisation_id, one_id, other_id, one_version, other_version, why, names, strength, found_at)
        select ${organisationId}, one, other, one_version, other_version, why, names, strength, ${at}
        from unnest(${pairs.map(({ one }) => one)}::bigint[], ${pairs.map(({ other }) => other)}::bigint[],
          ${pairs.map(({ oneVersion }) => oneVersion)}::integer[], ${pairs.map(({ otherVersion }) => otherVersion)}::integer[],
          ${pairs.map(({ found }) => found.why)}::text[], ${pairs.map(({ found }) => found.names)}::text[],
          ${pairs.map(({ strength }) => strength)}::integer[])
          as pair (one, other, one_version, other_version, why, names, strength)
        on conflict (organisation_id, one_id, other_id) do update set
          one_version = excluded.one_version, other_version = excluded.other_version,
          why = excluded.why, names = excluded.names, strength = excluded.strength, found_at = excluded.found_at`,
  )
}

/** Takes away what a search that began then hasn't found again. That two are not the same is remembered. */
export function deleteFoundBefore(tx: Transaction, organisationId: number, begunAt: Date): Promise<number> {
  return tx.run(sql`delete from duplicate_pair
    where organisation_id = ${organisationId} and found_at < ${begunAt} and not_same_at is null`)
}

// A pair `p` whose accounts `one` and `two` are of people who are there, in the organisation still.
const OF_PRESENT = sql`duplicate_pair p
  join account one on one.id = p.one_id and one.organisation_id = p.organisation_id and one.status = any(${[...PRESENT_STATUSES]}::text[])
  join account two on two.id = p.other_id and two.organisation_id = p.organisation_id and two.status = any(${[...PRESENT_STATUSES]}::text[])`

/** The place of a pair in the order in which they are listed: the most alike first. */
export type PairPlace = Pick<StoredPair, 'strength' | 'one' | 'other'>

export async function selectPairs(
  tx: Transaction,
  scope: Scope,
  organisationId: number,
  wanted: {
    notSame?: boolean
    after?: PairPlace
    only?: readonly [one: number, other: number]
    limit: number
  },
): Promise<StoredPair[]> {
  const { notSame, after, only, limit } = wanted
  const rows = await tx.rows<StoredPair & Resemblance & Record<string, unknown>>(sql`
    select p.one_id as one, p.other_id as other, json_build_object('why', p.why, 'names', p.names) as found, p.strength,
      p.found_at as "foundAt",
      case when w.id is not null then json_build_object('by', w.name) end as "notSame", p.not_same_at as "notSameAt",
      case when s.id is not null then json_build_object('id', s.id, 'status', s.status) end as "changeSet"
    from ${OF_PRESENT}
      left join administrator w on w.id = p.not_same_by
      left join change_set s on s.id = p.change_set_id and ${IS_UNDER_WAY}
    where ${inScope(scope, 'p.organisation_id', organisationId)}
      ${notSame === undefined ? empty : sql`and (p.not_same_at is not null) = ${notSame}`}
      ${only === undefined ? empty : sql`and p.one_id = ${only[0]}::bigint and p.other_id = ${only[1]}::bigint`}
      ${after === undefined ? empty : sql`and (p.strength, p.one_id, p.other_id) > (${after.strength}::integer, ${after.one}::bigint, ${after.other}::bigint)`}
    order by p.strength, p.one_id, p.other_id limit ${limit}`)
  return rows.map(({ notSameAt, notSame: said, ...pair }) => ({
    ...pair,
    notSame: said && { by: said.by, at: notSameAt as Date },
  }))
}

/** How many pairs are to be judged, and of how many it was said that they are not the same. */
export async function countPairs(
  tx: Transaction,
  scope: Scope,
  organisationId: number,
): Promise<{ open: number; notSame: number }> {
  const found = await tx.row<{ open: number; notSame: number }>(sql`
    select count(*) filter (where p.not_same_at is null) as open,
      count(*) filter (where p.not_same_at is not null) as "notSame"
    from ${OF_PRESENT} where ${inScope(scope, 'p.organisation_id', organisationId)}`)
  return found ?? { open: 0, notSame: 0 }
}

/** Pairs that are to be judged and one of whose accounts was changed since they were compared. */
export function selectChangedPairs(
  tx: Transaction,
  organisationId: number,
  limit: number,
): Promise<{ one: number; other: number }[]> {
  return tx.rows(sql`select p.one_id as one, p.other_id as other from ${OF_PRESENT}
    where p.organisation_id = ${organisationId} and p.not_same_at is null
      and (one.version <> p.one_version or two.version <> p.other_version)
    order by p.strength, p.one_id, p.other_id limit ${limit}`)
}

/** Whether nobody else judges pairs of the organisation at this moment; held until the transaction's end. */
export async function takeJudging(tx: Transaction, organisationId: number): Promise<boolean> {
  const taken = await tx.row<{ taken: boolean }>(
    sql`select pg_try_advisory_xact_lock(hashtext('judge-duplicates'), ${organisationId}::integer) as taken`,
  )
  return taken?.taken === true
}

export async function deletePairs(
  tx: Transaction,
  organisationId: number,
  pairs: readonly { one: number; other: number }[],
): Promise<void> {
  await tx.run(sql`delete from duplicate_pair p
    using unnest(${pairs.map(({ one }) => one)}::bigint[], ${pairs.map(({ other }) => other)}::bigint[]) as gone (one, other)
    where p.organisation_id = ${organisationId} and p.one_id = gone.one and p.other_id = gone.other`)
}

/** Notes who says that two are not the same; null takes it back. */
export function noteNotSame(
  tx: Transaction,
  organisationId: number,
  { one, other }: { one: number; other: number },
  said: { by: number; at: Date } | null,
): Promise<number> {
  return tx.run(sql`update duplicate_pair set not_same_by = ${said?.by ?? null}, not_same_at = ${said?.at ?? null}
    where organisation_id = ${organisationId} and one_id = ${one} and other_id = ${other}`)
}

/** Notes which change set is to make one of them a leaver. */
export function noteChangeSet(
  tx: Transaction,
  organisationId: number,
  { one, other }: { one: number; other: number },
  changeSetId: number,
): Promise<number> {
  return tx.run(sql`update duplicate_pair set change_set_id = ${changeSetId}
    where organisation_id = ${organisationId} and one_id = ${one} and other_id = ${other}`)
}

/** Of accounts that were removed no pair stays. */
export function deletePairsOf(tx: Transaction, accountIds: readonly number[]): Promise<number> {
  return tx.run(sql`delete from duplicate_pair
    where one_id = any(${[...accountIds]}::bigint[]) or other_id = any(${[...accountIds]}::bigint[])`)
}
