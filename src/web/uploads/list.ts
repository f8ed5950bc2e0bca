import type { FastifyReply } from 'fastify'
import { may } from '../../access/actor.ts'
import { listUploads } from '../../uploads/find-uploads.ts'
import type { UploadSummary } from '../../uploads/upload.ts'
import { field } from '../form.ts'
import { link } from '../link.ts'
import type { PageRequest } from '../request.ts'
import { countWords, tagOf } from './status-words.ts'

const LIMIT = 25

/** The uploads of the organisation in the header, newest first. */
export async function showUploads({ portal, actor, organisation, query }: PageRequest, reply: FastifyReply) {
  const after = /^\d{1,15}$/.test(field(query, 'after')) ? Number(field(query, 'after')) : undefined
  const { uploads, next } = await listUploads(portal, actor, {
    organisationId: organisation.id,
    limit: LIMIT,
    ...(after === undefined ? {} : { after }),
  })
  return reply.page('uploads/list.njk', {
    uploads: uploads.map(uploadLine),
    mayUpload: may(actor, 'upload', organisation.id),
    firstHref: after === undefined ? null : '/uploads',
    nextHref: next === null ? null : link('/uploads', { after: next }),
  })
}

/** An upload as one line of a list. */
export function uploadLine(upload: UploadSummary) {
  const { id, filename, note, createdAt, createdBy } = upload
  return { id, filename, note, createdAt, by: createdBy.name, tag: tagOf(upload), counts: countWords(upload) }
}
