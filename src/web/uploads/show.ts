import type { FastifyReply } from 'fastify'
import { may } from '../../access/actor.ts'
import { findChangeSet } from '../../changes/find-change-sets.ts'
import type { Status } from '../../changes/status.ts'
import { findUpload } from '../../uploads/find-uploads.ts'
import { mayBeExplained } from '../../uploads/rejected.ts'
import type { Upload } from '../../uploads/upload.ts'
import { agreementView } from '../changes/agreement-view.ts'
import { takeBackOf } from '../changes/take-back.ts'
import { type FormError, idOf } from '../form.ts'
import type { PageRequest } from '../request.ts'
import { NEEDS_TRANSFER } from '../transfers/asked-by-file.ts'
import { partsData } from './parts.ts'
import { outcomeData } from './show-outcome.ts'
import { planData } from './show-plan.ts'
import { MODE_WORDS, progressWords } from './status-words.ts'

type View = { view: string; data?: (request: PageRequest, upload: Upload) => Promise<object> }

/** A view for each status. */
const VIEWS: Record<Status, View> = {
  checking: { view: 'checking' },
  rejected: {
    view: 'rejected',
    data: async (_, { reason }) => ({ mayBeMapped: mayBeExplained(reason?.code ?? '') }),
  },
  checked: { view: 'checked', data: planData },
  'awaiting-agreement': { view: 'checked', data: planData },
  queued: { view: 'applying' },
  applying: { view: 'applying' },
  completed: { view: 'completed', data: outcomeData },
  cancelled: { view: 'cancelled', data: outcomeData },
  failed: { view: 'failed', data: outcomeData },
  expired: { view: 'cancelled', data: outcomeData },
}

export function showUpload(request: PageRequest, reply: FastifyReply) {
  return showPlanAgain(request, reply, [])
}

/** The same with what is wrong: what was chosen can't be done. */
export async function showPlanAgain(request: PageRequest, reply: FastifyReply, errors: readonly FormError[]) {
  const { portal, actor, params } = request
  const upload = await findUpload(portal, actor, idOf(params.id))
  const { view, data } = VIEWS[upload.status]
  return reply.page(`uploads/${view}.njk`, {
    upload,
    mayUpload: may(actor, 'upload', upload.organisation.id) && upload.status !== 'awaiting-agreement',
    set: { id: upload.id },
    ...partsData(request, upload),
    mayTransfer: may(actor, 'transfer', upload.organisation.id),
    toTransfer: Object.keys(NEEDS_TRANSFER).some((code) => (upload.counts.problems[code] ?? 0) > 0),
    modeWords: MODE_WORDS[upload.mode],
    progressWords: progressWords(upload),
    mailIsSent: portal.mailer.sends,
    takeBack: takeBackOf(request, await findChangeSet(portal, actor, upload.id)),
    ...(await agreementView(request, upload)),
    ...(await data?.(request, upload)),
    errors,
  })
}

/** What the page of an upload under way asks for: when the status changes, the page is loaded anew. */
export async function showProgress({ portal, actor, params }: PageRequest) {
  const upload = await findUpload(portal, actor, idOf(params.id))
  return { status: upload.status, ...upload.progress, words: progressWords(upload) }
}
