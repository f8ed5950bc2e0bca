import sql, { empty } from 'sql-template-tag'
import type { Transaction } from '../database/open.ts'
import type { Portal } from '../portal.ts'
import { type Actor, asActor, requirePermission } from './actor.ts'
import { type AuditAct, type AuditDetails, type AuditSubject, noteAlone } from './audit.ts'
import { rightsOfNow } from './rights-of-now.ts'
import { inScope } from './scope-sql.ts'

export type AuditEntry = {
  number: number
  at: Date
  act: AuditAct
  byWhom: 'administrator' | 'operator' | 'portal'
  /** Null where it was the operator or the portal itself. */
  by: { id: number; name: string; email: string } | null
  token: { id: number; name: string } | null
  organisation: { id: number; code: string; name: string } | null
  about: { kind: AuditSubject; id: number | null; name: string | null }
  details: AuditDetails
  network: string | null
}

export type AuditFilters = {
  organisationId?: number
  /** Part of the name or e-mail address of who did it. */
  who?: string
  act?: AuditAct
  /** The first day and the last one, as 2026-11-30. */
  from?: string
  to?: string
}

/**
 * The entries of the audit log that the actor may read, newest first, with the number after which it goes on.
 * @throws Forbidden | NotFound for an organisation whose log the actor may not read
 */
export async function findAudit(
  portal: Portal,
  actor: Actor,
  wanted: AuditFilters & { after?: number; limit: number },
): Promise<{ entries: AuditEntry[]; next: number | null }> {
  if (wanted.organisationId !== undefined) requirePermission(actor, 'read-audit', wanted.organisationId)
  const found = await asActor(portal, actor, 'read-audit', (tx, scope) =>
    selectAudit(tx, scope, { ...wanted, limit: wanted.limit + 1 }),
  )
  const entries = found.slice(0, wanted.limit)
  return { entries, next: found.length > entries.length ? (entries.at(-1)?.number ?? null) : null }
}

const PIECE = 1000

/** All of them, a thousand at a time, each with the rights that the actor has by then; that it is read so is noted. */
export async function* auditPieces(
  portal: Portal,
  actor: Actor,
  filters: AuditFilters,
): AsyncGenerator<AuditEntry[]> {
  const organisationId = filters.organisationId ?? null
  const asNow = rightsOfNow(portal, actor, 'read-audit', organisationId)
  for (let after: number | undefined; ; ) {
    const entries = await asNow((tx, scope) =>
      selectAudit(tx, scope, { ...filters, ...(after === undefined ? {} : { after }), limit: PIECE }),
    )
    if (after === undefined)
      await noteAlone(portal, {
        act: 'audit-log-downloaded',
        by: actor,
        organisationId,
        about: { kind: 'audit-log' },
      })
    if (entries.length === 0) return
    yield entries
    after = entries.at(-1)?.number as number
  }
}

function selectAudit(
  tx: Transaction,
  scope: Parameters<typeof inScope>[0],
  { organisationId, who, act, from, to, after, limit }: AuditFilters & { after?: number; limit: number },
): Promise<AuditEntry[]> {
  const part = who === undefined ? null : `%${who.replace(/[\\%_]/g, '\\$&')}%`
  return tx.rows<AuditEntry>(sql`
    select e.number, e.at, e.act, e.by_whom as "byWhom", e.network,
      case when taker.id is null then e.details
        else e.details - 'to administrator' || jsonb_build_object('to', taker.name) end as details,
      case when a.id is not null then jsonb_build_object('id', a.id, 'name', a.name, 'email', a.email) end as by,
      case when t.id is not null then jsonb_build_object('id', t.id, 'name', t.name) end as token,
      case when o.id is not null then jsonb_build_object('id', o.id, 'code', o.code, 'name', o.name) end
        as organisation,
      jsonb_build_object('kind', e.about_kind, 'id', e.about_id, 'name', coalesce(whom.name, which.name)) as about
    from audit_entry e
      left join administrator a on a.id = e.administrator_id
      left join api_token t on t.id = e.token_id
      left join organisation o on o.id = e.organisation_id
      left join administrator whom on e.about_kind = 'administrator' and whom.id = e.about_id
      left join administrator taker on taker.id = (e.details->>'to administrator')::integer
      left join api_token which on e.about_kind = 'token' and which.id = e.about_id
    where ${inScope(scope, 'e.organisation_id', organisationId)}
      ${part === null ? empty : sql`and (a.name ilike ${part} or a.email ilike ${part})`}
      ${act === undefined ? empty : sql`and e.act = ${act}`}
      ${from === undefined ? empty : sql`and e.at >= ${from}::date::timestamp at time zone 'Europe/London'`}
      ${to === undefined ? empty : sql`and e.at < (${to}::date + 1)::timestamp at time zone 'Europe/London'`}
      ${after === undefined ? empty : sql`and e.number < ${after}`}
    order by e.number desc limit ${limit}`)
}
