import { z } from 'zod'
import { AUDIT_ACTS, type AuditAct } from '../../../access/audit.ts'
import { auditFile } from '../../../access/audit-file.ts'
import { type AuditFilters, findAudit } from '../../../access/find-audit.ts'
import { findOrganisation } from '../../../directory/organisation.ts'
import { type Call, endpoint } from '../endpoint.ts'
import { afterNumber, limit, oneOf, organisationCode, text } from '../parameters.ts'

const day = z.iso.date('must be a date such as 2026-11-30').exactOptional()

const Filters = z.strictObject({
  organisation: organisationCode.exactOptional(),
  who: text(200).exactOptional().describe('Part of the name or e-mail address of who did it.'),
  act: oneOf(Object.keys(AUDIT_ACTS) as [AuditAct, ...AuditAct[]]).exactOptional(),
  from: day.describe('The first day.'),
  to: day.describe('The last day.'),
})

const Entry = z.object({
  number: z.number().int(),
  at: z.iso.datetime(),
  act: z.string(),
  by: z
    .object({ kind: z.string(), id: z.number().nullable(), name: z.string().nullable() })
    .describe('Kind: administrator, operator (by a command), or portal (by itself).'),
  token: z.object({ id: z.number(), name: z.string() }).nullable(),
  organisation: z.string().nullable(),
  about: z.object({ kind: z.string(), id: z.number().nullable(), name: z.string().nullable() }),
  details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  network: z.string().nullable().describe('A code that stands for the network address.'),
})

export const auditLog = endpoint({
  operationId: 'listAudit',
  summary: 'Who did what with administrators, tokens, settings and files of personal data, newest first',
  query: z.strictObject({ ...Filters.shape, after: afterNumber, limit }),
  returns: z.object({ entries: z.array(Entry), next: z.number().nullable() }),
  handle: async (call) => {
    const { after, limit, ...filters } = call.query
    const found = await findAudit(call.portal, call.actor, {
      ...(await filtersOf(call, filters)),
      ...(after === undefined ? {} : { after }),
      limit,
    })
    const entries = found.entries.map(({ byWhom, by, organisation, at, ...entry }) => ({
      ...entry,
      at: at.toISOString(),
      by: { kind: byWhom, id: by?.id ?? null, name: by?.name ?? null },
      organisation: organisation?.code ?? null,
    }))
    return { entries, next: found.next }
  },
})

export const auditLogFile = endpoint({
  operationId: 'downloadAudit',
  summary: 'The same as a file',
  query: Filters,
  returns: 'csv',
  handle: async (call) => auditFile(call.portal, call.actor, await filtersOf(call, call.query)),
})

async function filtersOf(
  { portal, actor }: Pick<Call<unknown, unknown, unknown>, 'portal' | 'actor'>,
  { organisation, ...filters }: z.output<typeof Filters>,
): Promise<AuditFilters> {
  if (organisation === undefined) return filters
  const { id } = await findOrganisation(portal, actor, { code: organisation })
  return { ...filters, organisationId: id }
}
