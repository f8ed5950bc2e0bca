import type { FastifyReply } from 'fastify'
import { cancelChangeSet } from '../../changes/cancel.ts'
import { confirmChangeSet } from '../../changes/confirm.ts'
import { findChangeSet } from '../../changes/find-change-sets.ts'
import type { Selection } from '../../changes/history/store-undo.ts'
import { undoChangeSet } from '../../changes/history/undo.ts'
import { InvalidInput } from '../../errors.ts'
import { requireFreshIfLarge } from '../confirm/show.ts'
import { field, fieldList, formErrors, idOf } from '../form.ts'
import type { PageRequest } from '../request.ts'
import { askedNotice } from './change-set-words.ts'
import { chooseWhatGoesBack } from './choose.ts'
import { chosenRows } from './chosen-rows.ts'

/**
 * “Take this back”, all of it or what was ticked: the plan is made in the background, and shown before anything is
 * changed.
 */
export async function takeBack(request: PageRequest, reply: FastifyReply) {
  const { portal, actor, params } = request
  try {
    const undo = await undoChangeSet(portal, actor, idOf(params.id), selectionOf(request))
    return await reply.goTo(`/changes/${undo}`)
  } catch (error) {
    return chooseWhatGoesBack(request, reply, formErrors(error))
  }
}

function selectionOf({ body }: PageRequest): Selection {
  if (field(body, 'part') !== 'some') return {}
  const [rows, fields] = [chosenRows(body), fieldList(body, 'fields')]
  if (rows.length === 0 && fields.length === 0)
    throw new InvalidInput('Tick what is to be taken back', { field: 'choice' })
  return { ...(rows.length > 0 ? { rows } : {}), ...(fields.length > 0 ? { fields } : {}) }
}

/** Pressed again, or in another tab, it changes nothing and shows how things stand. */
export async function confirmChange(request: PageRequest, reply: FastifyReply) {
  const { portal, actor, params } = request
  const id = idOf(params.id)
  await requireFreshIfLarge(request, id)
  await confirmChangeSet(portal, actor, id)
  return reply.goTo(
    `/changes/${id}`,
    await askedNotice({ portal, actor }, await findChangeSet(portal, actor, id)),
  )
}

export async function cancelChange({ portal, actor, params }: PageRequest, reply: FastifyReply) {
  const id = idOf(params.id)
  await cancelChangeSet(portal, actor, id)
  return reply.goTo(`/changes/${id}`)
}
