import { may } from '../../access/actor.ts'
import { findUpload } from '../../uploads/find-uploads.ts'
import type { PageRequest } from '../request.ts'
import type { Asked } from './asked.ts'

/** The file whose people the list leaves out, where it is asked about one; whether that can be told of it. */
export async function notInFile({ portal, actor, organisation }: PageRequest, { notInUpload }: Asked) {
  if (notInUpload === null || !may(actor, 'read-uploads')) return null
  const upload = await findUpload(portal, actor, notInUpload)
  const { id, filename, counts, expiredAt, status } = upload
  const isChecked = status !== 'checking' && status !== 'rejected' && counts.rows > 0
  return {
    id,
    filename,
    errors: counts.error,
    isGone: expiredAt !== null,
    isKnown: isChecked && expiredAt === null && upload.organisation.id === organisation.id,
  }
}
