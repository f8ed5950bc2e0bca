import type { FastifyReply } from 'fastify'
import { cancelChangeSet } from '../../changes/cancel.ts'
import { confirmChangeSet } from '../../changes/confirm.ts'
import { undoChangeSet } from '../../changes/undo.ts'
import { idOf } from '../form.ts'
import type { PageRequest } from '../request.ts'

/** “Take this back”: the plan is made in the background, and shown before anything is changed. */
export async function takeBack({ portal, actor, params }: PageRequest, reply: FastifyReply) {
  return reply.goTo(`/changes/${await undoChangeSet(portal, actor, idOf(params.id))}`)
}

/** Pressed again, or in another tab, it changes nothing and shows how things stand. */
export async function confirmChange({ portal, actor, params }: PageRequest, reply: FastifyReply) {
  const id = idOf(params.id)
  await confirmChangeSet(portal, actor, id)
  return reply.goTo(`/changes/${id}`)
}

export async function cancelChange({ portal, actor, params }: PageRequest, reply: FastifyReply) {
  const id = idOf(params.id)
  await cancelChangeSet(portal, actor, id)
  return reply.goTo(`/changes/${id}`)
}
