import type { FastifyReply } from 'fastify'
import { type Actor, may } from '../../access/actor.ts'
import type { Portal } from '../../portal.ts'
import { actWords } from '../../uploads/act-words.ts'
import { listUploads } from '../../uploads/find-uploads.ts'
import type { UploadSummary } from '../../uploads/upload.ts'
import { count } from '../../words.ts'
import { link } from '../link.ts'
import type { PageRequest } from '../request.ts'
import { uploadLine } from '../uploads/list.ts'
import { accountsToWrite, isEmptyPlan, writesNothing } from '../uploads/plan-words.ts'
import { progressWords } from '../uploads/status-words.ts'

/** Lines of each kind that need attention; the list of uploads has the rest. */
const LIMIT = 5

/** How long failed rows are called to attention. */
const FAILURES_DAYS = 14

export async function showHome(
  { portal, actor, organisation, organisations }: PageRequest,
  reply: FastifyReply,
) {
  const mayReadUploads = organisations.length > 0 && may(actor, 'read-uploads', organisation.id)
  return reply.page('home/show.njk', {
    mayUpload: organisations.length > 0 && may(actor, 'upload', organisation.id),
    hasUploads: mayReadUploads,
    ...(mayReadUploads ? await uploadsOf(portal, actor, organisation.id) : {}),
  })
}

async function uploadsOf(portal: Portal, actor: Actor, organisationId: number) {
  const list = async (wanted: Partial<Parameters<typeof listUploads>[2]>) =>
    (await listUploads(portal, actor, { organisationId, limit: LIMIT, ...wanted })).uploads
  const since = portal.clock.now().getTime() - FAILURES_DAYS * 24 * 3600_000
  const [waiting, underWay, withFailures, recent] = [
    await list({ status: ['checked'] }),
    await list({ status: ['checking', 'queued', 'applying'] }),
    await list({ status: ['completed', 'failed'], withFailures: true }),
    await list({}),
  ]
  return {
    attention: [
      ...waiting
        .filter((upload) => !isEmptyPlan(upload))
        .map((upload) => attention(upload, waitingWords(upload))),
      ...underWay.map((upload) => attention(upload, `${UNDER_WAY[upload.status]}: ${progressWords(upload)}`)),
      ...withFailures
        .filter(({ completedAt, expiredAt }) => !expiredAt && completedAt && completedAt.getTime() > since)
        .map((upload) => attention(upload, count(upload.results.failed, 'failed row'), { result: 'failed' })),
    ],
    uploads: recent.map(uploadLine),
  }
}

const UNDER_WAY: Partial<Record<UploadSummary['status'], string>> = {
  checking: 'being checked',
  queued: 'waiting to start',
  applying: 'being uploaded',
}

function waitingWords(upload: UploadSummary): string {
  if (writesNothing(upload)) return 'waiting for you to decide about some rows'
  return `waiting for you, with the button “${actWords(accountsToWrite(upload))}”`
}

function attention({ id, filename }: UploadSummary, words: string, parameters: Record<string, string> = {}) {
  return { filename, words, href: link(`/uploads/${id}`, parameters) }
}
