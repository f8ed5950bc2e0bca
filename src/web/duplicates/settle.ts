import type { FastifyReply } from 'fastify'
import { startSearch } from '../../duplicates/search.ts'
import { settleDuplicate } from '../../duplicates/settle.ts'
import { InvalidInput } from '../../errors.ts'
import { field, idOf } from '../form.ts'
import { organisationOfForm } from '../organisation/to-choose.ts'
import type { PageRequest } from '../request.ts'

/** “Not the same person”, “Keep this one” and “They may be the same”, of the pair that the form is about. */
export async function settlePair(request: PageRequest, reply: FastifyReply) {
  const { portal, actor, body } = request
  const organisation = await organisationOfForm(request)
  const pair = [idOf(field(body, 'one')), idOf(field(body, 'other'))] as const
  const said = field(body, 'decision')
  const settle = (settlement: Parameters<typeof settleDuplicate>[4]) =>
    settleDuplicate(portal, actor, { id: organisation.id }, pair, settlement)
  if (said === 'not-same') {
    await settle({ decision: 'not-same' })
    return reply.goTo('/duplicates', 'It is remembered that they are not the same person.')
  }
  if (said === 'undecided') {
    await settle({ decision: 'undecided' })
    return reply.goTo('/duplicates?show=not-the-same', 'The two are possible duplicates again.')
  }
  const [, keep] = /^keep-(\d{1,15})$/.exec(said) ?? []
  if (keep === undefined) throw new InvalidInput('Choose what is to be done with the two accounts.')
  return reply.goTo(`/changes/${await settle({ decision: 'same', keep: Number(keep) })}`)
}

/** “Search now”. */
export async function searchAnew(request: PageRequest, reply: FastifyReply) {
  const { code } = await organisationOfForm(request)
  await startSearch(request.portal, request.actor, code)
  return reply.goTo('/duplicates')
}
