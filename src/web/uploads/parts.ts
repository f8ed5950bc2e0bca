import type { FastifyReply } from 'fastify'
import { may } from '../../access/actor.ts'
import { confirmChangeSet } from '../../changes/confirm.ts'
import { isEnded } from '../../changes/status.ts'
import { Conflict } from '../../errors.ts'
import { actWords } from '../../uploads/act-words.ts'
import { findUpload } from '../../uploads/find-uploads.ts'
import type { Upload, UploadSummary } from '../../uploads/upload.ts'
import { count } from '../../words.ts'
import { requireFreshIfLarge } from '../confirm/show.ts'
import { idOf } from '../form.ts'
import type { PageRequest } from '../request.ts'
import { accountsToWrite, writesNothing } from './plan-words.ts'
import { countWords, tagOf } from './status-words.ts'

/** The uploads that the file was divided into, a line for each, and what one press confirms of them. */
export function partsData({ actor }: PageRequest, upload: Upload) {
  const waiting = partsToConfirm(upload).filter((part) => may(actor, 'upload', part.organisation.id))
  return {
    parts: upload.parts.map((part) => ({
      id: part.id,
      isThis: part.id === upload.id,
      name: `${part.organisation.name} (${part.organisation.code})`,
      counts: countWords(part),
      tag: part.status === 'rejected' ? NONE_OF_ITS_ROWS : tagOf(part),
    })),
    isWholeThere:
      upload.parts.every(({ status, expiredAt }) => isEnded(status) && expiredAt === null) &&
      upload.parts.some(({ status }) => status !== 'rejected'),
    actOnAll: waiting.length > 1 ? `${actOn(waiting)} in ${count(waiting.length, 'organisation')}` : null,
  }
}

const NONE_OF_ITS_ROWS = { text: 'No rows', colour: 'grey' }

/** All that are checked and would write something, each as if it were confirmed by itself. */
export async function confirmParts(request: PageRequest, reply: FastifyReply) {
  const { portal, actor, params } = request
  const upload = await findUpload(portal, actor, idOf(params.id))
  const ids = partsToConfirm(upload).map(({ id }) => id)
  await requireFreshIfLarge(request, ...ids)
  let confirmed = 0
  for (const id of ids) {
    try {
      await confirmChangeSet(portal, actor, id)
      confirmed++
    } catch (error) {
      if (!(error instanceof Conflict)) throw error // it was cancelled, or is checked again, meanwhile
    }
  }
  return reply.goTo(`/uploads/${upload.id}`, `Confirmed for ${count(confirmed, 'organisation')}.`)
}

function partsToConfirm({ parts }: Upload): UploadSummary[] {
  return parts.filter((part) => part.status === 'checked' && !writesNothing(part))
}

function actOn(parts: readonly UploadSummary[]): string {
  const written = parts.map(accountsToWrite)
  const sum = (which: 'update' | 'create') => written.reduce((total, one) => total + one[which], 0)
  return actWords({ update: sum('update'), create: sum('create') })
}
