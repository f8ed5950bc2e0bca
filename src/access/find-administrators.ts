import sql, { empty } from 'sql-template-tag'
import type { Scope, Transaction } from '../database/open.ts'
import { NotFound } from '../errors.ts'
import type { Portal } from '../portal.ts'
import { type Actor, asActor, requirePermission } from './actor.ts'
import type { Role } from './permissions.ts'
import { inScope } from './scope-sql.ts'

export type ShownRole = {
  role: Role
  /** Null for all of them. */
  organisation: { id: number; code: string; name: string } | null
  /** Null where it was given before that was kept. */
  since: string | null
}

/** An administrator with the roles that the reader may see: those over their own organisations. */
export type ShownAdministrator = {
  id: number
  email: string
  name: string
  roles: ShownRole[]
  lastSignInAt: Date | null
  disabledAt: Date | null
  /** Where they have none and aren't linked, their invitation waits. */
  hasPassword: boolean
  hasSecondFactor: boolean
  /** They sign in at another system. */
  isLinked: boolean
  /** They may sign in with a password where that is switched off. */
  isBreakGlass: boolean
}

export type AdministratorFilters = {
  /** Those of this organisation; null for those of all. */
  organisationId?: number | null
  /** The `next` of the page before. */
  after?: string
  limit: number
}

/**
 * Who has a role over the actor's organisations, by their addresses.
 * @throws Forbidden | NotFound for an organisation whose administrators the actor may not see
 */
export async function findAdministrators(
  portal: Portal,
  actor: Actor,
  { limit, ...filters }: AdministratorFilters,
): Promise<{ administrators: ShownAdministrator[]; next: string | null }> {
  if (filters.organisationId != null) requirePermission(actor, 'read-audit', filters.organisationId)
  const found = await asActor(portal, actor, 'read-audit', (tx, scope) =>
    selectShown(tx, scope, { ...filters, limit: limit + 1 }),
  )
  const administrators = found.slice(0, limit)
  const last = administrators.at(-1)
  return {
    administrators: administrators.map(({ key: _, ...administrator }) => administrator),
    next: last && found.length > limit ? last.key : null,
  }
}

/** @throws NotFound when there is none, or none with a role that the actor may see */
export function findAdministrator(portal: Portal, actor: Actor, id: number): Promise<ShownAdministrator> {
  return asActor(portal, actor, 'read-audit', (tx, scope) => shownAdministrator(tx, scope, id))
}

/** The same, within a transaction. */
export async function shownAdministrator(
  tx: Transaction,
  scope: Scope,
  id: number,
): Promise<ShownAdministrator> {
  const [found] = id <= LARGEST_ID ? await selectShown(tx, scope, { id, limit: 1 }) : []
  if (!found) throw new NotFound('There is no such administrator.')
  const { key: _, ...administrator } = found
  return administrator
}

const LARGEST_ID = 2_147_483_647

async function selectShown(
  tx: Transaction,
  scope: Scope,
  { id, organisationId, after, limit }: AdministratorFilters & { id?: number },
): Promise<(ShownAdministrator & { key: string })[]> {
  const ofAll = organisationId === null ? sql`and r.organisation_id is null` : empty
  const found = await tx.rows<ShownAdministrator & { key: string }>(sql`
    select a.id, a.email, a.email_key as key, a.name, a.last_sign_in_at as "lastSignInAt",
      a.disabled_at as "disabledAt", a.password_hash is not null as "hasPassword",
      exists (select from second_factor f where f.administrator_id = a.id) as "hasSecondFactor",
      a.break_glass_since is not null as "isBreakGlass",
      exists (select from administrator_identity where administrator_id = a.id) as "isLinked",
      jsonb_agg(jsonb_build_object('role', r.role, 'since', r.granted_at, 'organisation',
        case when o.id is not null then jsonb_build_object('id', o.id, 'code', o.code, 'name', o.name) end)
        order by o.name nulls first, r.role) as roles
    from administrator a join administrator_role r on r.administrator_id = a.id
      left join organisation o on o.id = r.organisation_id
    where ${inScope(scope, 'r.organisation_id', organisationId ?? undefined)} ${ofAll}
      ${id === undefined ? empty : sql`and a.id = ${id}`}
      ${after === undefined ? empty : sql`and a.email_key > ${after}`}
    group by a.id order by a.email_key limit ${limit}`)
  return scope === 'everything' ? found : found.flatMap((one) => heldTo(scope, one))
}

/**
 * Roles have no row-level security, since whoever signs in has no scope yet. So what a query has found is held to the
 * scope once more: of an administrator without a role in it nothing is shown.
 */
function heldTo<Shown extends ShownAdministrator>(scope: readonly number[], one: Shown): Shown[] {
  const roles = one.roles.filter(({ organisation }) => organisation && scope.includes(organisation.id))
  return roles.length === 0 ? [] : [{ ...one, roles }]
}
