import type { FastifyReply } from 'fastify'
import { confirmChangeSet } from '../../changes/confirm.ts'
import { decide } from '../../changes/decide.ts'
import { findUpload } from '../../uploads/find-uploads.ts'
import { askedNotice } from '../changes/change-set-words.ts'
import { requireFreshIfLarge } from '../confirm/show.ts'
import { type FormError, formErrors, idOf } from '../form.ts'
import type { PageRequest } from '../request.ts'
import { chosenRows } from './decide.ts'
import { writesNothing } from './plan-words.ts'
import { showPlanAgain } from './show.ts'

const NOTHING_CHOSEN: FormError = {
  field: 'act',
  message: 'So far nothing would be changed. Choose what becomes of a row, or cancel this upload.',
}

/**
 * “Update 1,204 accounts”, with whatever is chosen on the page. Pressed again, or in another tab, it changes nothing and
 * shows how things stand.
 */
export async function confirmUpload(request: PageRequest, reply: FastifyReply) {
  const { portal, actor, params, body } = request
  const id = idOf(params.id)
  const rows = chosenRows(body)
  const upload = await findUpload(portal, actor, id)
  if (upload.status === 'checked' && rows.length > 0) {
    try {
      await decide(portal, actor, id, { rows })
    } catch (error) {
      return showPlanAgain(request, reply, formErrors(error))
    }
    if (writesNothing(await findUpload(portal, actor, id)))
      return showPlanAgain(request, reply, [NOTHING_CHOSEN])
  }
  await requireFreshIfLarge(request, id)
  await confirmChangeSet(portal, actor, id)
  return reply.goTo(
    `/uploads/${id}`,
    await askedNotice({ portal, actor }, await findUpload(portal, actor, id)),
  )
}
