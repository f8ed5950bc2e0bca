import type { FastifyReply } from 'fastify'
import { type Actor, requirePermission, scopeFor } from '../../access/actor.ts'
import type { Mode } from '../../changes/plan/wanted.ts'
import { findUsualSettings } from '../../directory/settings.ts'
import { findReport } from '../../reports/run.ts'
import { field } from '../form.ts'
import { columnRules } from '../help/column-rules.ts'
import { reportWords } from '../reports/list.ts'
import type { PageRequest } from '../request.ts'

/** The three steps, with the form that sends a file. */
export async function newUpload(request: PageRequest, reply: FastifyReply) {
  const { actor, organisation } = request
  requirePermission(actor, 'upload', organisation.id)
  return reply.page('uploads/new.njk', {
    ...(await uploadForm(request, organisation, 'update')),
    exported: await exportAskedFor(request),
  })
}

/** The export that was asked for on the page, and how far it is. */
async function exportAskedFor({ portal, actor, query }: PageRequest) {
  const id = field(query, 'export')
  if (!/^\d{1,15}$/.test(id)) return undefined
  const run = await findReport(portal, actor, Number(id))
  return { ...run, words: reportWords(run), format: field(query, 'format') === 'csv' ? 'csv' : 'xlsx' }
}

/** What the form shows, also when it shows itself again. */
export async function uploadForm(
  { portal, actor }: PageRequest,
  sentFor: { id: number; code: string; name: string },
  mode: Mode | undefined,
) {
  const { config } = portal
  const { mobileRequired } = await findUsualSettings(portal, actor, sentFor.id)
  return {
    sentFor,
    mode,
    mayDivide: mayUploadForSeveral(actor),
    columns: columnRules(mobileRequired),
    maxMegabytes: config.uploadMaxBytes && Math.floor(config.uploadMaxBytes / 1_000_000),
  }
}

function mayUploadForSeveral(actor: Actor): boolean {
  const scope = scopeFor(actor, 'upload')
  return scope === 'everything' || scope.length > 1
}
