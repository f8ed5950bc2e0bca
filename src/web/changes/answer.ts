import type { FastifyReply } from 'fastify'
import { agree, decline, withdraw } from '../../changes/agree.ts'
import { findChangeSet } from '../../changes/find-change-sets.ts'
import { requireFresh } from '../confirm/show.ts'
import { field, formErrors, idOf } from '../form.ts'
import type { PageRequest } from '../request.ts'
import { showPlanAgain } from '../uploads/show.ts'
import { pageOf } from './change-set-words.ts'
import { chosenRows } from './chosen-rows.ts'
import { showChangeAgain } from './show.ts'

/** “Agree” or “Decline”, of any kind of change; rows that were ticked are left out. */
export async function answerAgreement(request: PageRequest, reply: FastifyReply) {
  const { portal, actor, params, body } = request
  const set = await findChangeSet(portal, actor, idOf(params.id))
  const reason = field(body, 'reason')
  try {
    if (field(body, 'answer') === 'decline') await decline(portal, actor, set.id, reason)
    else {
      requireFresh(request)
      const leaveOut = chosenRows(body)
      await agree(portal, actor, set.id, {
        planHash: field(body, 'plan') || undefined,
        ...(leaveOut.length > 0 ? { leaveOut } : {}),
        reason,
      })
    }
  } catch (error) {
    const errors = formErrors(error)
    return set.kind === 'upload'
      ? showPlanAgain(request, reply, errors)
      : showChangeAgain(request, reply, errors)
  }
  if (field(body, 'answer') !== 'decline') return reply.goTo(pageOf(set), NOTICES.agree)
  const isSeen = await findChangeSet(portal, actor, set.id).catch(() => null) // no more by the other side
  return reply.goTo(isSeen ? pageOf(set) : '/', NOTICES.decline)
}

const NOTICES = {
  agree: 'You have agreed. Whoever asked for it has been told.',
  decline: 'You have declined, and nothing was changed. Whoever asked for it has been told.',
}

/** “Withdraw”, by the person who asked. */
export async function withdrawAsking({ portal, actor, params }: PageRequest, reply: FastifyReply) {
  const set = await findChangeSet(portal, actor, idOf(params.id))
  await withdraw(portal, actor, set.id)
  return reply.goTo(pageOf(set), 'Nobody is asked for agreement any more. Nothing was changed.')
}
