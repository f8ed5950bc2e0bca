import type { FastifyReply } from 'fastify'
import { confirmChangeSet } from '../../changes/confirm.ts'
import { findChangeSet } from '../../changes/find-change-sets.ts'
import { chooseLocalIds } from '../../transfers/choose-local-ids.ts'
import { askedNotice } from '../changes/change-set-words.ts'
import { requireFreshIfLarge } from '../confirm/show.ts'
import { type Fields, field, formErrors, idOf } from '../form.ts'
import type { PageRequest } from '../request.ts'
import { showTransfer } from './show.ts'
import { typedIn } from './typed-local-ids.ts'

/** Plans the transfer anew with the local IDs that were typed. */
export async function takeLocalIds(request: PageRequest, reply: FastifyReply) {
  const { params, body } = request
  return withLocalIds(request, reply, () => reply.goTo(backTo(idOf(params.id), body)))
}

/**
 * “Transfer 3 people”: what was typed counts. Where a typed local ID can’t be, nothing is done yet, and it is shown; where
 * the transfer isn’t waiting to be confirmed any more, it is shown as it is.
 */
export async function confirmTransfer(request: PageRequest, reply: FastifyReply) {
  const { portal, actor, params, body } = request
  const id = idOf(params.id)
  const before = await findChangeSet(portal, actor, id)
  return withLocalIds(request, reply, async () => {
    const { counts } = await findChangeSet(portal, actor, id)
    if (counts.error > before.counts.error)
      return reply.goTo(backTo(id, body), 'Nothing was transferred yet: look at the local IDs once more.')
    await requireFreshIfLarge(request, id)
    await confirmChangeSet(portal, actor, id)
    return reply.goTo(
      `/changes/${id}`,
      await askedNotice({ portal, actor }, await findChangeSet(portal, actor, id)),
    )
  })
}

async function withLocalIds(request: PageRequest, reply: FastifyReply, then: () => Promise<unknown>) {
  const { portal, actor, params, body } = request
  const id = idOf(params.id)
  const typed = typedIn(body)
  try {
    if (typed.size > 0) await chooseLocalIds(portal, actor, id, typed)
  } catch (error) {
    const errors = formErrors(error)
    return showTransfer(request, reply, await findChangeSet(portal, actor, id), { typed, errors })
  }
  return then()
}

/** Those who can’t go are shown first, where one was among them. */
function backTo(id: number, body: Fields | undefined): string {
  return `/changes/${id}${field(body, 'show') === 'error' ? '?show=error' : ''}#rows`
}
