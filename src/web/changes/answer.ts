import type { FastifyReply } from 'fastify'
import { decline, withdraw } from '../../changes/agree.ts'
import { findChangeSet } from '../../changes/find-change-sets.ts'
import { accept } from '../../transfers/accept.ts'
import { requireFresh } from '../confirm/show.ts'
import { type Fields, field, formErrors, idOf } from '../form.ts'
import type { PageRequest } from '../request.ts'
import { typedIn } from '../transfers/typed-local-ids.ts'
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
      await accept(portal, actor, set.id, {
        planHash: field(body, 'plan') || undefined,
        ...(leaveOut.length > 0 ? { leaveOut } : {}),
        reason,
        ...choicesIn(body),
      })
    }
  } catch (error) {
    // On the page `rows` is the list, and the field in which their numbers are typed is `leave-out`.
    const errors = formErrors(error).map((each) =>
      each.field === 'rows' ? { ...each, field: 'leave-out' } : each,
    )
    return set.kind === 'upload'
      ? showPlanAgain(request, reply, errors)
      : showChangeAgain(request, reply, errors)
  }
  if (field(body, 'answer') !== 'decline') return reply.goTo(pageOf(set), NOTICES.agree)
  const isSeen = await findChangeSet(portal, actor, set.id).catch(() => null) // no more by the other side
  return reply.goTo(isSeen ? pageOf(set) : '/', NOTICES.decline)
}

/** Where people go, as the other side of a transfer chose it; its form alone has such fields. */
function choicesIn(body: Fields = {}) {
  const { site, organisationalUnit } = body
  return {
    ...(site === undefined ? {} : { site: field(body, 'site') }),
    ...(organisationalUnit === undefined ? {} : { organisationalUnit: field(body, 'organisationalUnit') }),
    typed: typedIn(body),
  }
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
